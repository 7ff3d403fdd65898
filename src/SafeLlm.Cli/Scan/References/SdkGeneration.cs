namespace SafeLlm.Cli.Scan.References;

/// <summary>Which of the SDKs that share names a project means: by the packages it refers to and their versions.</summary>
internal sealed class SdkGeneration
{
    private readonly HashSet<string> excluded = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> known = new(StringComparer.OrdinalIgnoreCase) { "Anthropic", "Anthropic.SDK", "Microsoft.Extensions.AI.Ollama", "Microsoft.Extensions.AI.AzureAIInference", "Microsoft.SemanticKernel", "Microsoft.Agents.AI.OpenAI" };
    private readonly List<string> stubs = ["Anthropic", "Anthropic.SDK"];

    private SdkGeneration(IReadOnlyDictionary<string, string> packages)
    {
        if (packages.TryGetValue("Azure.AI.OpenAI", out var azure) && azure.StartsWith("1.", StringComparison.Ordinal))
        {
            excluded.UnionWith(["Azure.AI.OpenAI", "Microsoft.SemanticKernel.Connectors.AzureOpenAI"]);
            stubs.Add("Azure.AI.OpenAI.1");
        }

        if (packages.Keys.Any(name => name.StartsWith("Betalgo.OpenAI", StringComparison.OrdinalIgnoreCase)))
        {
            excluded.UnionWith(["OpenAI", "Azure.AI.OpenAI", "Microsoft.Extensions.AI.OpenAI"]);
            known.UnionWith(["Betalgo.OpenAI", "Betalgo.OpenAI.GPT3"]);
            stubs.AddRange(["Betalgo.OpenAI", "Betalgo.OpenAI.GPT3"]);
        }
        else
        {
            stubs.Add("Previews");
        }
    }

    /// <summary>Declarations that came with the tool in place of packages.</summary>
    public IReadOnlyList<string> Stubs => stubs;

    public static SdkGeneration Of(IReadOnlyDictionary<string, string> packages) => new(packages);

    public bool Excludes(string assembly) => excluded.Contains(assembly);

    public bool Knows(string package) => known.Contains(package);
}
