using SafeLlm;
using static Quickstart.SceneFailedException;

namespace Quickstart.Scenes;

internal sealed class TierScene : IScene
{
    public string Title => "The gateway's tier: FREE allows 10 requests a minute and 500 output tokens a call";

    public async Task<IReadOnlyList<string>> PlayAsync(Stage stage, CancellationToken cancellationToken)
    {
        var llm = stage.Client(options =>
        {
            options.SigningKey = stage.TrialKey;
            options.RetryAfterCap = TimeSpan.FromSeconds(1); // or the client would wait for the minute to pass, as it is told
        });
        var answered = 0;
        try
        {
            while (answered <= 10)
            {
                await llm.GetResponseAsync("gpt-4.1-mini", "Something for nothing, please.", maxOutputTokens: 600, cancellationToken);
                answered++;
            }
        }
        catch (RateLimitedException refused)
        {
            var bound = stage.Provider.Requests[0].Json.GetProperty("max_completion_tokens").GetInt32();
            Unless(answered == 10 && bound == 500, "ten calls of 500 tokens to be answered");
            return [$"{answered} answered, each lowered from 600 to {bound} tokens; then: {refused.Message}"];
        }

        throw new SceneFailedException("expected the eleventh call in a minute to be refused");
    }
}
