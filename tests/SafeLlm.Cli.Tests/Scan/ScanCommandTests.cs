using System.Text.Json;
using SafeLlm.Cli.Scan;

namespace SafeLlm.Cli.Tests.Scan;

public sealed class ScanCommandTests
{
    private const string Unbounded = """
        using OpenAI.Chat;
        class C
        {
            void M(ChatClient client) =>
                client.CompleteChat("hi");
        }
        """;

    private const string Bounded = """
        using OpenAI.Chat;
        class C { void M(ChatClient client) => client.CompleteChat(["hi"], new ChatCompletionOptions { MaxOutputTokenCount = 5 }); }
        """;

    [Fact]
    public void Folder_WithoutFindings_ExitsWithZero()
    {
        using var code = new CodeFolder().WithProject("App/App.csproj", "OpenAI/2.1.0").With("App/C.cs", Bounded);

        var (exit, output, errors) = Run(code.Root, "--json");

        Assert.Equal(0, exit);
        Assert.Equal("", output);
        Assert.Contains("0 findings in", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Finding_AsJson_IsOneLineWithPlaceAndMessage()
    {
        using var code = new CodeFolder().WithProject("App/App.csproj", "OpenAI/2.1.0").With("App/Sub/C.cs", Unbounded);

        var (exit, output, _) = Run(code.Root, "--json");

        Assert.Equal(1, exit);
        var finding = JsonDocument.Parse(Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal("SLLM001", finding.GetProperty("rule").GetString());
        Assert.Equal("App/Sub/C.cs", finding.GetProperty("file").GetString());
        Assert.Equal(5, finding.GetProperty("line").GetInt32());
        Assert.Equal(5, finding.GetProperty("endLine").GetInt32());
        Assert.NotEqual("", finding.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("Azure.AI.OpenAI/1.0.0-beta.13", "using Azure.AI.OpenAI; class C { object M(OpenAIClient client) => client.GetChatCompletions(new ChatCompletionsOptions { Temperature = 0 }); }")]
    [InlineData("Betalgo.OpenAI/8.0.0", "using OpenAI.Interfaces; using OpenAI.ObjectModels.RequestModels; class C { object M(IOpenAIService client) => client.ChatCompletion.CreateCompletion(new ChatCompletionCreateRequest()); }")]
    [InlineData("Microsoft.Extensions.AI/9.0.0-preview.9", "using Microsoft.Extensions.AI; class C { object M(IChatClient client) => client.CompleteAsync(\"hi\"); }")]
    [InlineData("OpenAI/2.2.0-beta.4", "using OpenAI.Responses; class C { object M(OpenAIResponseClient client) => client.CreateResponse(\"hi\"); }")]
    public void Source_AgainstAnOldSdk_IsBoundAgainstThatSdk(string package, string source)
    {
        using var code = new CodeFolder().WithProject("App.csproj", package).With("C.cs", source);

        var (exit, output, _) = Run(code.Root, "--json", "--rule", "SLLM001");

        Assert.Equal(1, exit);
        Assert.Contains("SLLM001", output, StringComparison.Ordinal);
    }

    [Fact]
    public void PackagesConfig_OfAnOldProject_TellsTheSdk()
    {
        using var code = new CodeFolder()
            .With("App.csproj", """<Project ToolsVersion="15.0" xmlns="http://schemas.microsoft.com/developer/msbuild/2003"><ItemGroup><Reference Include="Betalgo.OpenAI" /></ItemGroup></Project>""")
            .With("packages.config", """<packages><package id="Betalgo.OpenAI" version="8.0.0" targetFramework="net48" /></packages>""")
            .With("C.cs", "using OpenAI.Interfaces; using OpenAI.ObjectModels.RequestModels; class C { object M(IOpenAIService client) => client.ChatCompletion.CreateCompletion(new ChatCompletionCreateRequest()); }");

        var (exit, output, _) = Run(code.Root, "--json", "--rule", "SLLM001");

        Assert.Equal(1, exit);
        Assert.Contains("C.cs", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("client.AsAIAgent(instructions: \"be brief\")", 1)]
    [InlineData("client.CreateAIAgent(\"be brief\", \"brief\")", 1)]
    [InlineData("client.AsAIAgent(new ChatClientAgentOptions { ChatOptions = new() { MaxOutputTokens = 9 } })", 0)]
    public void Agent_OfAClientOfOpenAi_IsBoundThoughItsPackageIsNotKnown(string made, int findings)
    {
        using var code = new CodeFolder().WithProject("App.csproj", "Microsoft.Agents.AI.OpenAI/1.0.0").With("C.cs", $$"""
            using Microsoft.Agents.AI;
            using OpenAI.Chat;
            class C { AIAgent M(ChatClient client) => {{made}}; }
            """);

        var (_, output, _) = Run(code.Root, "--json", "--rule", "SLLM001");

        Assert.Equal(findings, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void ProjectReference_ThroughAnother_IsFollowed()
    {
        using var code = new CodeFolder()
            .WithProject("Base/Base.csproj", "OpenAI/2.1.0").With("Base/Holder.cs", "namespace Base; public class Holder { public OpenAI.Chat.ChatClient Client { get; set; } = null!; }")
            .With("Middle/Middle.csproj", """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="..\Base\Base.csproj" /></ItemGroup></Project>""")
            .With("App/App.csproj", """<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="..\Middle\Middle.csproj" /></ItemGroup></Project>""")
            .With("App/C.cs", "class C { void M(Base.Holder holder) => holder.Client.CompleteChat(\"hi\"); }");

        var (_, output, _) = Run(code.Root, "--json");

        Assert.Contains("App/C.cs", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ Temperature = 0 }", 1)]
    [InlineData("{ NumPredict = 9 }", 0)]
    public void SettingsOfAConnector_ThatIsNeitherRestoredNorKnown_AreReadByTheirName(string initializer, int findings)
    {
        using var code = new CodeFolder().WithProject("App.csproj", "Microsoft.SemanticKernel.Connectors.Ollama/1.60.0-alpha").With("C.cs", $$"""
            using Microsoft.SemanticKernel;
            using Microsoft.SemanticKernel.Connectors.Ollama;
            class C
            {
                async System.Threading.Tasks.Task M(Kernel kernel)
                {
                    var settings = new OllamaPromptExecutionSettings {{initializer}};
                    await kernel.InvokePromptAsync("hi", new(settings));
                }
            }
            """);

        var (_, output, _) = Run(code.Root, "--json", "--rule", "SLLM001");

        Assert.Equal(findings, output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void EditorConfig_ThatSwitchesARuleOff_IsObeyedPerFolder()
    {
        using var code = new CodeFolder().WithProject("App.csproj", "OpenAI/2.1.0").With("Old/C.cs", Unbounded).With("New/D.cs", Unbounded.Replace("class C", "class D", StringComparison.Ordinal))
            .With("Old/.editorconfig", "[*.cs]\ndotnet_diagnostic.SLLM001.severity = none\n");

        var (_, output, _) = Run(code.Root, "--json");

        Assert.Contains("New/D.cs", Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public void Sarif_HoldsFindingsAndWhatTheSourceSuppresses()
    {
        using var code = new CodeFolder().WithProject("App.csproj", "OpenAI/2.1.0").With("C.cs", Unbounded)
            .With("D.cs", "#pragma warning disable SLLM001 // meant to be so\n" + Unbounded.Replace("class C", "class D", StringComparison.Ordinal));
        var file = Path.Combine(code.Root, "out.sarif");

        var (exit, output, errors) = Run(code.Root, "--json", "--sarif", file);

        Assert.Equal(1, exit);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("1 more are suppressed", errors, StringComparison.Ordinal);
        var run = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
        Assert.Equal("2.1.0", run.GetProperty("version").GetString());
        run = run.GetProperty("runs")[0];
        Assert.Equal(27, run.GetProperty("tool").GetProperty("driver").GetProperty("rules").GetArrayLength());
        var results = run.GetProperty("results").EnumerateArray().ToList();
        Assert.Equal(2, results.Count);
        Assert.Single(results, result => result.TryGetProperty("suppressions", out var list) && list[0].GetProperty("kind").GetString() == "inSource");
        Assert.All(results, result => Assert.Equal("SLLM001", run.GetProperty("tool").GetProperty("driver").GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()].GetProperty("id").GetString()));
    }

    [Fact]
    public void Call_WhoseTypeIsUnknown_IsToldAndNotReported()
    {
        using var code = new CodeFolder().WithProject("App.csproj", "OpenAI/2.1.0").With("C.cs", "using OpenAI; class C { void M(Some.Unknown client) => client.CompleteChat(\"hi\"); }");

        var (exit, _, errors) = Run(code.Root, "--json");

        Assert.Equal(0, exit);
        Assert.Contains("1 calls could not be bound", errors, StringComparison.Ordinal);
        Assert.Contains("C.cs:1", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void BrokenSourcesAndProjects_AreSurvived()
    {
        using var code = new CodeFolder().With("Bad.csproj", "<Project").With("A.cs", "class { ( ]] ==> \u0000").With("B.cs", string.Concat(Enumerable.Repeat("namespace N { ", 400))).With("C.cs", Unbounded);

        var (exit, output, errors) = Run(code.Root, "--json");

        Assert.Equal(1, exit);
        Assert.Contains("C.cs", output, StringComparison.Ordinal);
        Assert.Contains("Bad.csproj", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_ThatIsNotThere_ExitsWithTwo() => Assert.Equal(2, Run(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName())).Exit);

    [Fact]
    public void Rule_ThatIsNotThere_ExitsWithTwo() => Assert.Equal(2, Run(Path.GetTempPath(), "--rule", "SLLM999").Exit);

    private static (int Exit, string Output, string Errors) Run(params string[] arguments)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var exit = ScanCommand.Create(TimeProvider.System).Parse(arguments).Invoke(new() { Output = output, Error = errors });
        return (exit, output.ToString(), errors.ToString());
    }
}
