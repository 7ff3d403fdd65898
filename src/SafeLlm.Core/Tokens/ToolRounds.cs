using SafeLlm.Accounts;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Tokens;

/// <summary>
/// Whether the model may be asked again in one call because a tool ran at the provider. Each time all of its input is billed once more, so that one
/// context window is no certain end. It is what is held all the same: a window for each use that a request allows would refuse calls that are
/// billed a hundredth of it, and of the recorded calls the dearest was billed 1.2 windows (<c>recorded-traffic.md</c>).
/// </summary>
internal static class ToolRounds
{
    public static bool MayBe(CallFacts facts)
    {
        // What is not known may be such a tool.
        if (facts.Unknowable.Contains(UnknowableInput.UnknownItems)) return true;
        if (!facts.Unknowable.Contains(UnknowableInput.HostedTools)) return false;
        var tools = AccountUse.Read(facts.Body.Span).HostedTools;
        // Tools that the caller runs itself end the call; a model that searches by itself has done so before it reads anything.
        return tools.Count == 0 ? facts.Format.Name is not ("openai-responses" or "anthropic-messages") : tools.Any(tool => tool.Name != SearchingModel.Tool);
    }
}
