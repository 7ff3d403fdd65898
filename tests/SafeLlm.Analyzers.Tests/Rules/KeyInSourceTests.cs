using SafeLlm.Analyzers.CodeFixes.Fixes;
using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class KeyInSourceTests
{
    // Put together here, so that no scanner takes it for one of ours.
    private const string Key = "sk-proj-" + "Zq8Wn3Lx7Rt2Vb9Km4Hs6Df1Gj5Pc";

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"YOUR_API_KEY_GOES_IN_HERE_1234\"")]
    [InlineData("\"<the key that you were given 99>\"")]
    [InlineData("\"dummy-key-of-twenty-letters-1\"")]
    [InlineData("\"ollama\"")]
    [InlineData("""Environment.GetEnvironmentVariable("OPENAI_API_KEY")!""")]
    public Task Key_ThatIsAPlaceholderOrReadElsewhere_DoesNotReport(string key) => Verify.QuietAsync<KeyInSource>(
        $$"""class C { object M() => new System.ClientModel.ApiKeyCredential({{key}}); }""");

    [Fact]
    public Task Pattern_OfAScanner_DoesNotReport() => Verify.QuietAsync<KeyInSource>(
        $$"""class C { bool M(string text) => text.StartsWith("{{Key}}", StringComparison.Ordinal); object N() => new OpenAI.OpenAIClientOptions(); }""");

    [Fact]
    public Task Key_InTheSource_Reports() => Verify.ReportsAsync<KeyInSource>($$"""
        class C
        {
            private const string Kept = [|"{{Key}}"|];
            object M() => new OpenAI.Chat.ChatClient("gpt-4.1-mini", [|"Zq8Wn3Lx7Rt2Vb9Km4Hs6Df1Gj5Pc"|]);
            void N(HttpClient http) => http.DefaultRequestHeaders.Add("x-api-key", [|"Zq8Wn3Lx7Rt2Vb9Km4Hs6Df1Gj5Pc"|]);
        }
        """);

    [Fact]
    public async Task Message_NeverHoldsTheKey()
    {
        var reports = await Verify.RunAsync(new KeyInSource(), Snippet.Parse($$"""class C { object M() => new OpenAI.Chat.ChatClient("m", "{{Key}}"); }"""));

        Assert.DoesNotContain("Zq8W", Assert.Single(reports).GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }

    [Fact]
    public Task Fix_ReadsTheEnvironment() => Fix.ChangesAsync<KeyInSource, ReadKeyFromEnvironment>(
        $$"""class C { object M() => new OpenAI.Chat.ChatClient("m", "{{Key}}"); }""",
        """class C { object M() => new OpenAI.Chat.ChatClient("m", Environment.GetEnvironmentVariable("OPENAI_API_KEY")!); }""");

    [Fact]
    public Task Fix_OfAConstant_IsNotOffered() => Fix.IsNotOfferedAsync<KeyInSource, ReadKeyFromEnvironment>(
        $$"""class C { private const string Kept = "{{Key}}"; object M() => new OpenAI.Chat.ChatClient("m", Kept); }""");
}
