using System.CommandLine;
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

    [Theory]
    [InlineData("has space")]
    [InlineData("../up")]
    public void New_WithABadName_SaysWhatANameIs(string keyId)
    {
        var (exit, _, errors) = Run("new", keyId, "--print");

        Assert.Equal(2, exit);
        Assert.Contains("1 to 128 characters", errors, StringComparison.Ordinal);
    }

    private static (int Exit, string Output, string Errors) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var exit = KeysCommand.Create().Parse(args).Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return (exit, output.ToString(), errors.ToString());
    }
}
