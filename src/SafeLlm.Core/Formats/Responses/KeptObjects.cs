using SafeLlm.Tokens;

namespace SafeLlm.Formats;

/// <summary>
/// Reads the names of what a provider keeps (files, vector stores, batches, conversations, caches) from the answers of the routes that make it. Only
/// members that the provider itself sets are looked at: a list has other callers' names in it, and what a caller sent may come back in
/// <c>metadata</c>.
/// </summary>
public static class KeptObjects
{
    private static readonly ResponseRules OpenAi = new(
        SkimNode.Of(("id", Skim.Id), ("output_file_id", Skim.Id), ("error_file_id", Skim.Id)),
        Billing.InputOnly);

    // At OpenAI a name is what the caller chose.
    private static readonly ResponseRules Gemini = new(
        SkimNode.Of(("name", Skim.Id), ("file.name", Skim.Id)),
        Billing.InputOnly);

    /// <summary>A meter for such an answer; only its <see cref="ResponseMeter.Issued"/> is of use.</summary>
    /// <param name="head">What stood before the content.</param>
    /// <param name="isGemini">Whether the route is Google's, where things are named by <c>name</c> and not by <c>id</c>.</param>
    public static ResponseMeter CreateMeter(ResponseHead head, bool isGemini) =>
        new TallyMeter(isGemini ? Gemini : OpenAi, head, facts: null, TokenCounters.For);
}
