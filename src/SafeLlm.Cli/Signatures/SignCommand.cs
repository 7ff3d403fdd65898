using System.CommandLine;
using SafeLlm.Cli.Keys;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Signatures;

/// <summary><c>safellm sign</c>: prints the headers that sign one request, to send it by hand.</summary>
internal static class SignCommand
{
    public static Command Create()
    {
        var method = new Argument<string>("method") { Description = "As sent, e.g. POST." };
        var url = new Argument<string>("url") { Description = "As sent: it is signed as it is written here." };
        var keyId = new Option<string>("--keyid") { Description = "The key's public name.", Required = true };
        var algorithm = new Option<string>("--alg") { Description = "hmac-sha256, ecdsa-p256-sha256 or ed25519.", DefaultValueFactory = _ => "hmac-sha256" };
        var body = new Option<FileInfo>("--body") { Description = "A file with the content, byte for byte." };
        var header = new Option<string[]>("--header", "-H") { Description = "A header of the request, as in \"Content-Type: application/json\".", DefaultValueFactory = _ => [] };
        var cover = new Option<string[]>("--cover") { Description = "A header to cover beyond those that the profile names, where the server asks for it.", DefaultValueFactory = _ => [] };
        var profile = new Option<string>("--profile") { Description = "safellm-v1, or seed-v0 for a server of old.", DefaultValueFactory = _ => "safellm-v1" };
        profile.AcceptOnlyFromAmong("safellm-v1", SeedSignature.Profile);
        var secret = new SecretSource("key", "the secret in base64, or the private key as PEM");
        var command = new Command("sign", "Prints the headers that sign a request. A signature lives for 300 seconds and is good for one request.") { method, url, keyId, algorithm, body, header, cover, profile };
        secret.AddTo(command);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            try
            {
                var text = await secret.ReadAsync(parsed);
                var content = parsed.GetValue(body) is { } file ? await File.ReadAllBytesAsync(file.FullName, cancellationToken) : [];
                var output = parsed.InvocationConfiguration.Output;
                if (parsed.GetValue(profile) == SeedSignature.Profile)
                {
                    Print(output, SeedSignature.Sign(content, SigningKey.Seed(parsed.GetRequiredValue(keyId), text), TimeProvider.System.GetUtcNow()));
                    return 0;
                }

                var key = CliKeys.Algorithms.Read(parsed.GetRequiredValue(keyId), parsed.GetValue(algorithm)!, text);
                var request = PlainRequest.Create(parsed.GetRequiredValue(method), parsed.GetRequiredValue(url), parsed.GetValue(header)!.Select(Header), content)
                    ?? throw new CommandFailedException($"\"{parsed.GetValue(url)}\" is no URL that a request can be sent to; give it with scheme and host.");
                Print(output, new RequestSigner(TimeProvider.System, coveredHeaders: [.. parsed.GetValue(cover)!.Select(name => name.ToLowerInvariant())]).Sign(request, content, key));
                return 0;
            }
            catch (Exception failure) when (failure is CommandFailedException or ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(failure.Message);
                return 2;
            }
        });
        return command;
    }

    private static void Print(TextWriter output, in SignatureHeaders headers)
    {
        if (headers.ContentDigest is { } digest) output.WriteLine($"Content-Digest: {digest}");
        output.WriteLine($"Signature-Input: {headers.SignatureInput}");
        output.WriteLine($"Signature: {headers.Signature}");
    }

    private static void Print(TextWriter output, in SeedHeaders headers)
    {
        output.WriteLine($"X-API-Key: {headers.ApiKey}");
        output.WriteLine($"X-Timestamp: {headers.Timestamp}");
        output.WriteLine($"X-Signature: {headers.Signature}");
    }

    private static (string Name, string Value) Header(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 ? (line[..colon].Trim(), line[(colon + 1)..].Trim()) : throw new CommandFailedException($"\"{line}\" is no header; give name, colon and value.");
    }
}
