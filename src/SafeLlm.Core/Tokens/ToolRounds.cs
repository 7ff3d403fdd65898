using SafeLlm.Accounts;
using SafeLlm.Formats;
using SafeLlm.Pricing;

namespace SafeLlm.Tokens;

/// <summary>
/// How often the model is asked again in one call because a tool ran at the provider. Each time all of its input is billed once more, so that one
/// context window is no upper end.
/// </summary>
internal static class ToolRounds
{
    /// <summary>The most of them: 0 where no such tool is in sight; null where nothing bounds them, or may not.</summary>
    public static long? Most(CallFacts facts)
    {
        // What is not known may be such a tool.
        if (facts.Unknowable.Contains(UnknowableInput.UnknownItems)) return null;
        if (!facts.Unknowable.Contains(UnknowableInput.HostedTools)) return 0;
        var use = AccountUse.Read(facts.Body.Span);
        var together = facts.Format.Name == "openai-responses" ? use.MostToolCalls : null;
        long apart = 0;
        foreach (var tool in use.HostedTools)
        {
            // Searched before the model reads anything.
            if (tool.Name == SearchingModel.Tool) continue;
            if (tool.MostUses is not { } most) return together;
            apart = Billing.Add(apart, most);
        }

        // Tools that the caller runs itself end the call.
        return use.HostedTools.Count > 0 || facts.Format.Name is "openai-responses" or "anthropic-messages" ? Math.Min(apart, together ?? apart) : null;
    }
}
