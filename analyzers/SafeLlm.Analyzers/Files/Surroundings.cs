using System;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Runtime.CompilerServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace SafeLlm.Analyzers.Files;

/// <summary>What a compilation has around a call: SDKs, SafeLlm, and the kind of project.</summary>
internal sealed class Surroundings
{
    private static readonly ConditionalWeakTable<CSharpCompilation, Surroundings> Known = new();

    // One type of each SDK whose presence tells that the SDK is referenced, or is this compilation.
    private static readonly string[] SdkMarks =
    [
        "OpenAI.Chat.ChatClient", "OpenAI.Responses.ResponsesClient", "Azure.AI.OpenAI.OpenAIClient", "Azure.AI.Inference.ChatCompletionsClient",
        "Microsoft.Extensions.AI.IChatClient", "Anthropic.AnthropicClient", "Anthropic.SDK.AnthropicClient",
        "Microsoft.SemanticKernel.Kernel", "Betalgo.Ranul.OpenAI.Interfaces.IOpenAIService", "OpenAI.Interfaces.IOpenAIService",
        "OpenAI.GPT3.Interfaces.IOpenAIService", "OllamaSharp.IOllamaApiClient", "Microsoft.Agents.AI.AIAgent",
    ];

    private readonly CSharpCompilation compilation;
    private readonly IAssemblySymbol[] assemblies;
    private readonly Lazy<bool> chatClientIsConfigured;
    private readonly ConcurrentDictionary<string, bool> named = new(StringComparer.Ordinal);

    private Surroundings(CSharpCompilation compilation, AnalyzerConfigOptionsProvider options)
    {
        this.compilation = compilation;
        assemblies = [compilation.Assembly, .. compilation.SourceModule.ReferencedAssemblySymbols.Where(assembly => !IsOfFramework(assembly.Name))];
        HasModelSdk = SdkMarks.Any(Has);
        HasSafeLlmServer = Has("SafeLlm.AspNetCore.SafeLlmVerifierOptions");
        HasSafeLlmClient = Has("SafeLlm.SafeLlmClientOptions");
        IsTestProject = Property(options, "IsTestProject") is "true"
            || compilation.ReferencedAssemblyNames.Any(name => name.Name is "xunit.core" or "xunit.v3.core" or "nunit.framework" or "Microsoft.VisualStudio.TestPlatform.TestFramework" or "MSTest.TestFramework");
        IsClientSide = Property(options, "UsingMicrosoftNETSdkBlazorWebAssembly") is "true" || Property(options, "UseMaui") is "true" || Property(options, "UseWPF") is "true"
            || Property(options, "TargetPlatformIdentifier") is { } platform && platform.ToUpperInvariant() is "ANDROID" or "IOS" or "BROWSER" or "MACCATALYST"
            || Has("Microsoft.AspNetCore.Components.WebAssembly.Hosting.WebAssemblyHostBuilder") || Has("UnityEngine.MonoBehaviour") || Has("Microsoft.Maui.Controls.Page");
        chatClientIsConfigured = new(() => compilation.SyntaxTrees.Any(ConfiguresChatClient));
    }

    public bool HasModelSdk { get; private set; }

    /// <summary>
    /// Whether a model is called by a client from IHttpClientFactory: by a host's name beside AddHttpClient, or by Semantic Kernel, which
    /// takes its client from there. The SDKs of OpenAI and Azure make their own.
    /// </summary>
    public bool CallsModelByFactory => Names("AddHttpClient") && compilation.SyntaxTrees.Any(tree => ModelText.NamesHost(tree.GetText().ToString())) || Names("OpenAIChatCompletion(");

    public bool HasSafeLlmClient { get; }

    public bool HasSafeLlmServer { get; }

    /// <summary>Whether some source puts SafeLlm beneath or around other clients: it gives a bound to every call without one.</summary>
    public bool IsBoundedBySafeLlm => HasSafeLlmClient && (Names("SafeLlmHandler") || Names("AddSafeLlm(") || Names(".UseSafeLlm(") || Names("SafeLlmClient.Create"));

    public bool HasSafeLlm => HasSafeLlmClient || HasSafeLlmServer;

    public bool IsTestProject { get; }

    /// <summary>Whether the program runs on its user's machine: WebAssembly, MAUI, WPF, Unity, a phone.</summary>
    public bool IsClientSide { get; }

    /// <summary>
    /// Whether some source of the compilation gives chat clients a cap of their own (ConfigureOptions, a delegating client): any call
    /// may then be bounded by it. Set from outside where other projects may do so.
    /// </summary>
    public bool ChatClientIsConfigured => chatClientIsConfigured.Value || ChatClientIsConfiguredElsewhere;

    public bool ChatClientIsConfiguredElsewhere { get; set; }

    /// <summary>For a scan, which refers to every SDK there is: none of them is used here.</summary>
    public void ForgetSdks() => HasModelSdk = false;

    public static Surroundings Of(CSharpCompilation compilation, AnalyzerConfigOptionsProvider options) =>
        Known.GetValue(compilation, key => new Surroundings(key, options));

    /// <summary>Whether some source of the compilation has a text. By text alone: it only ever makes rules quieter.</summary>
    public bool Names(string text) => named.GetOrAdd(text, key => compilation.SyntaxTrees.Any(tree => tree.GetText().ToString().IndexOf(key, StringComparison.Ordinal) >= 0));

    /// <summary>Whether a type is here, or in a reference that is not the framework's own.</summary>
    public bool Has(string metadataName) => assemblies.Any(assembly => assembly.GetTypeByMetadataName(metadataName) is not null);

    // Nine references in ten, none of which holds a type that a rule asks for: to look into them all for each would be most of this.
    private static bool IsOfFramework(string name) =>
        name.StartsWith("System.", StringComparison.Ordinal) || name.StartsWith("Microsoft.Win32.", StringComparison.Ordinal) || name.StartsWith("Microsoft.VisualBasic", StringComparison.Ordinal)
        || name is "System" or "mscorlib" or "netstandard" or "WindowsBase" or "Microsoft.CSharp";

    private static string? Property(AnalyzerConfigOptionsProvider options, string name) =>
        options.GlobalOptions.TryGetValue("build_property." + name, out var value) ? value : null;

    // By syntax alone: it only ever makes rules quieter, and must be cheap over all files.
    private static bool ConfiguresChatClient(SyntaxTree tree)
    {
        const string Cap = "MaxOutputTokens";
        var text = tree.GetText().ToString();
        var first = text.IndexOf(Cap, StringComparison.Ordinal);
        if (first < 0) return false;
        if (text.IndexOf("ConfigureOptions", StringComparison.Ordinal) < 0 && text.IndexOf("DelegatingChatClient", StringComparison.Ordinal) < 0
            && text.IndexOf("IChatClient", StringComparison.Ordinal) < 0) return false;
        var places = new List<int>();
        for (var at = first; at >= 0; at = text.IndexOf(Cap, at + Cap.Length, StringComparison.Ordinal)) places.Add(at);
        return new NameUses(tree.GetRoot(), Cap, places).Assignments.Any(assignment => assignment.Ancestors().Any(IsConfiguration));
    }

    private static bool IsConfiguration(SyntaxNode node) => node switch
    {
        InvocationExpressionSyntax invocation => FileIndex.NameOf(invocation.Expression) is "ConfigureOptions" or "Use",
        ClassDeclarationSyntax { BaseList: { } bases } => bases.Types.Any(type => FileIndex.NameOf(type.Type) is "DelegatingChatClient" or "IChatClient"),
        _ => false,
    };
}
