using SafeLlm.Analyzers.Rules;
using SafeLlm.Analyzers.Tests.Verification;

namespace SafeLlm.Analyzers.Tests.Rules;

public sealed class KeyOnTheClientSideTests
{
    private const string Client = """class C { object M(string key) => new OpenAI.Chat.ChatClient("m", key); }""";

    [Fact]
    public Task Client_OnAServer_DoesNotReport() => Verify.QuietAsync<KeyOnTheClientSide>(Client);

    [Fact]
    public Task Key_OfTheUser_DoesNotReport() => Verify.QuietAsync<KeyOnTheClientSide>(Client, ("build_property.UseMaui", "true"), ("safellm.keys_of_the_user", "true"));

    [Fact]
    public Task Client_OnTheUsersMachine_Reports() => Verify.ReportsAsync<KeyOnTheClientSide>(
        """class C { object M(string key) => new OpenAI.Chat.[|ChatClient|]("m", key); }""".Replace("OpenAI.Chat.[|ChatClient|]", "[|OpenAI.Chat.ChatClient|]", StringComparison.Ordinal), ("build_property.UsingMicrosoftNETSdkBlazorWebAssembly", "true"));
}
