using SafeLlm.Analyzers.Files;

namespace SafeLlm.Cli.Scan;

/// <summary>
/// Without a restore every project is bound against all SDKs, those that come through other packages among them. Which are meant, the
/// sources tell: they name a namespace of theirs.
/// </summary>
internal static class SdkUse
{
    private static readonly string[] Names = ["OpenAI", "Microsoft.Extensions.AI", "Azure.AI", "SemanticKernel", "Anthropic", "Ollama", "Betalgo", "Microsoft.Agents"];

    public static bool IsIn(Surroundings surroundings) => Names.Any(surroundings.Names);
}
