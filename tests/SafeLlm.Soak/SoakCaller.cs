using System.Globalization;
using System.Text;
using SafeLlm.Signing;

namespace SafeLlm.Soak;

/// <summary>One caller of the gateway: good calls for the most part, and everything that goes wrong in between.</summary>
internal sealed class SoakCaller(SoakGateway gateway, HttpClient http, Random random)
{
    private static readonly byte[] Whole = Body(stream: false);
    private static readonly byte[] Streamed = Body(stream: true);

    private readonly RequestSigner signer = new(gateway.Clock);
    private readonly SigningKey stranger = SigningKey.GenerateHmac("soak");

    /// <summary>Makes one call, or two where the second copies the first.</summary>
    /// <returns>What was tried.</returns>
    /// <exception cref="InvalidOperationException">It ended otherwise than it must.</exception>
    public async Task<SoakCall> CallAsync(CancellationToken cancellationToken)
    {
        switch (random.Next(100))
        {
            case < 65:
                await ExpectAsync(200, Request("", Whole, SoakGateway.Key, Whole), cancellationToken);
                return SoakCall.Good;
            case < 80:
                await ExpectAsync(200, Request("?soak=stream", Streamed, SoakGateway.Key, Streamed), cancellationToken);
                return SoakCall.Good;
            case < 85:
                await ExpectAsync(401, Request("", Whole, stranger, Whole), cancellationToken);
                return SoakCall.Refused;
            case < 90:
                var (first, second) = Twice();
                await ExpectAsync(200, first, cancellationToken);
                await ExpectAsync(401, second, cancellationToken);
                return SoakCall.Good;
            case < 94:
                await ExpectAsync(400, Request("", Whole, SoakGateway.Key, Streamed), cancellationToken);
                return SoakCall.Refused;
            case < 96:
                await ExpectAsync(500, Request("?soak=throw", Whole, SoakGateway.Key, Whole), cancellationToken);
                return SoakCall.Fault;
            case < 98:
                await ExpectAsync(500, Request("?soak=fail", Whole, SoakGateway.Key, Whole), cancellationToken);
                return SoakCall.Fault;
            default:
                await HangUpAsync(cancellationToken);
                return SoakCall.Fault;
        }
    }

    private static byte[] Body(bool stream) => Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture,
        $$"""{"model":"gpt-4o-mini","max_tokens":50,"stream":{{(stream ? "true" : "false")}},"messages":[{"role":"user","content":"{{string.Concat(Enumerable.Repeat("Tell me of rivers and seas. ", 70))}}"}]}"""));

    private async Task ExpectAsync(int status, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using (message)
        {
            using var answer = await http.SendAsync(message, cancellationToken);
            if ((int)answer.StatusCode != status) throw new InvalidOperationException($"The answer is {(int)answer.StatusCode} and not {status}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
        }
    }

    private async Task HangUpAsync(CancellationToken cancellationToken)
    {
        using var message = Request("?soak=hang", Streamed, SoakGateway.Key, Streamed);
        using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"The answer to a stream is {(int)answer.StatusCode}.");
    }

    private (HttpRequestMessage First, HttpRequestMessage Second) Twice()
    {
        var request = new SoakRequest(gateway.Address, "");
        var signature = signer.Sign(request, Whole, SoakGateway.Key);
        return (request.ToMessage(signature, Whole), request.ToMessage(signature, Whole));
    }

    private HttpRequestMessage Request(string query, byte[] signed, SigningKey key, byte[] sent)
    {
        var request = new SoakRequest(gateway.Address, query);
        return request.ToMessage(signer.Sign(request, signed, key), sent);
    }
}
