using SafeLlm.Formats;

namespace SafeLlm.Tokens;

/// <summary>Says for people why an input's size cannot be known from its request.</summary>
internal static class InputReasons
{
    /// <summary>Why the context window is no bound.</summary>
    public const string Unbounded = "each use of a tool at the provider bills the input once more: the upper end may be passed";

    public static string For(UnknowableInput reason) => reason switch
    {
        UnknowableInput.ServerHistory => "the provider holds earlier turns that the request does not show",
        UnknowableInput.RemoteMedia => "media lie behind a URL",
        UnknowableInput.Media => "the tokens of media in the request do not follow from their bytes",
        UnknowableInput.HostedTools => "tools at the provider feed their results back into the prompt",
        UnknowableInput.EncryptedReasoning => "reasoning is replayed, of which the request shows a part at most",
        UnknowableInput.UnknownItems => "the request holds items or members of a kind that is not known, which may be a part of the prompt",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };
}
