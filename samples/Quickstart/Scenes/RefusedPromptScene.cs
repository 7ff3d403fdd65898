using SafeLlm;
using SafeLlm.Validation;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class RefusedPromptScene : IScene
{
    public string Title => "A prompt that the policy refuses never leaves the process";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var llm = stage.Client(options => options.PromptPolicy = PromptPolicy.Article);
        List<string> lines = [];
        foreach (var (what, prompt) in new[] { ("blank", "   "), ("20,001 characters", new string('x', 20_001)) })
        {
            try
            {
                await llm.GetResponseAsync("gpt-4.1-mini", prompt, maxOutputTokens: 100, cancellationToken);
                throw new SceneFailedException($"expected a prompt ({what}) to be refused");
            }
            catch (RequestRejectedException refused) when (refused.Code == RefusalCode.PromptRejected)
            {
                lines.AddRange(refused.Findings.Where(finding => finding.Severity == PromptSeverity.Refuse).Select(finding => $"{what}: {finding.Message}"));
            }
        }

        Unless(stage.Provider.Requests.Count == 0, "no attempt to reach the provider");
        return lines;
    }
}
