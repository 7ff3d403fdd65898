using System.CommandLine;
using System.Text.Json;
using SafeLlm.Cli.Keys;
using SafeLlm.Signing;

namespace SafeLlm.Cli.Tests.Keys;

public sealed class NewKeyCommandTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("safellm-keys-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void New_WithAFile_WritesASecretThatOnlyItsOwnerReads()
    {
        var file = Path.Combine(folder, "shop.key");

        var (exit, output, _) = Run("new", "acme.shop", "--out", file);

        var secret = File.ReadAllText(file).Trim();
        Assert.Equal(0, exit);
        Assert.Equal("acme.shop", SigningKey.HmacFromBase64("acme.shop", secret).KeyId);
        Assert.DoesNotContain(secret, output, StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
    }

    [Fact]
    public void New_OverAnExistingFile_LeavesItAlone()
    {
        var file = Path.Combine(folder, "shop.key");
        File.WriteAllText(file, "kept");

        var (exit, _, errors) = Run("new", "acme.shop", "--out", file);

        Assert.Equal(2, exit);
        Assert.Equal("kept", File.ReadAllText(file));
        Assert.Contains("could not be written", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void New_ToPrint_PrintsADifferentSecretEachTime()
    {
        var (_, first, _) = Run("new", "a", "--print");
        var (_, second, _) = Run("new", "a", "--print");

        Assert.Equal(32, Convert.FromBase64String(first.Trim()).Length);
        Assert.NotEqual(first, second);
    }

    /// <summary>What was asked for was dropped without a word, and the key lived for ever.</summary>
    [Fact]
    public void New_WithoutAStore_PrintsTheWholeEntryOfTheConfiguration()
    {
        var file = Path.Combine(folder, "shop.key");
        var before = TimeProvider.System.GetUtcNow();
        var (exit, output, _) = Run("new", "acme.shop", "--out", file, "--client", "acme", "--user", "42", "--tenant", "north", "--device", "till-7", "--tier", "PRO", "--endpoint", "/v1/*", "--model", "gpt-*", "--acts-for-users", "--days", "30");

        Assert.Equal(0, exit);
        var entry = JsonElement.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(
            ["acme.shop", file, "acme", "42", "north", "till-7", "PRO", "True", "[\"/v1/*\"]", "[\"gpt-*\"]"],
            new[] { "KeyId", "SecretFile", "Client", "User", "Tenant", "Device", "Tier", "ActsForUsers", "Endpoints", "Models" }.Select(name => entry.GetProperty(name).ToString()));
        Assert.InRange(entry.GetProperty("NotAfter").GetDateTimeOffset(), before.AddDays(30).AddSeconds(-1), TimeProvider.System.GetUtcNow().AddDays(30));
        Assert.DoesNotContain(File.ReadAllText(file).Trim(), output, StringComparison.Ordinal);
    }

    [Fact]
    public void New_WithoutAStoreAndALife_LivesForTheArticles90Days()
    {
        var file = Path.Combine(folder, "pair.key");
        var before = TimeProvider.System.GetUtcNow();
        var (_, output, _) = Run("new", "acme.pair", "--alg", "ecdsa-p256-sha256", "--out", file);

        var entry = JsonElement.Parse(output.TrimEnd().Split('\n')[^1]);
        Assert.Equal(("ecdsa-p256-sha256", file + ".pub"), (entry.GetProperty("Algorithm").GetString(), entry.GetProperty("PublicKeyFile").GetString()));
        Assert.Equal(["KeyId", "Algorithm", "PublicKeyFile", "NotAfter"], entry.EnumerateObject().Select(member => member.Name));
        Assert.InRange(entry.GetProperty("NotAfter").GetDateTimeOffset(), before.AddDays(90).AddSeconds(-1), TimeProvider.System.GetUtcNow().AddDays(90));
    }

    [Theory]
    [InlineData("hmac-sha256")]
    [InlineData("ecdsa-p256-sha256")]
    public void New_ToPrint_PrintsTheSecretAlone_AndTheEntryBesideIt(string algorithm)
    {
        var (_, output, errors) = Run("new", "acme.shop", "--print", "--alg", algorithm, "--tier", "PRO");

        var entry = JsonElement.Parse(errors.TrimEnd().Split('\n')[^1]);
        Assert.Equal("PRO", entry.GetProperty("Tier").GetString());
        var isPair = algorithm != "hmac-sha256";
        Assert.Equal(isPair, entry.TryGetProperty("PublicKey", out var pem));
        Assert.Equal(!isPair, errors.Contains("add SecretFile or SecretEnvironmentVariable", StringComparison.Ordinal));
        if (isPair) Assert.True(SigningKey.EcdsaP256FromPem("acme.shop", output).IsSameAs(SigningKey.EcdsaP256FromPem("acme.shop", pem.GetString()!)));
        Assert.DoesNotContain("{", output, StringComparison.Ordinal);
        Assert.DoesNotContain(output.Trim(), errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--master-key-file")]
    [InlineData("--master-key-env")]
    public void New_WithAMasterKeyAndNoStore_MakesNothing(string option)
    {
        var file = Path.Combine(folder, "shop.key");
        var (exit, output, errors) = Run("new", "acme.shop", "--out", file, option, "master");

        Assert.Equal((2, ""), (exit, output));
        Assert.Contains("name it with --store", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Theory]
    [InlineData("has space")]
    [InlineData("../up")]
    public void New_WithABadName_SaysWhatANameIs(string keyId)
    {
        var (exit, _, errors) = Run("new", keyId, "--print");

        Assert.Equal(2, exit);
        Assert.Contains("1 to 128 characters", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("new", "--print")]
    [InlineData("import", "--store")]
    public async Task Endpoint_WithoutItsFirstSlash_IsRefusedBeforeAnythingIsMade(string verb, string option)
    {
        var target = Path.Combine(folder, "safellm.db");
        string[] where = option == "--store" ? [option, target] : ["--print", "--store", target];

        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exit = await SafeLlmCommand.RunAsync(["keys", verb, "acme", .. where, "--endpoint", "/v1/*", "--endpoint", "v1/chat"], new InvocationConfiguration { Output = output, Error = errors });

        Assert.Equal(2, exit);
        Assert.Contains("--endpoint is \"v1/chat\", which no path begins with", errors.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    private static (int Exit, string Output, string Errors) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exit = KeysCommand.Create().Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return (exit, output.ToString(), errors.ToString());
    }
}
