using SafeLlm.Formats;

namespace SafeLlm.Cli.Traffic;

/// <summary>What makes an input unknowable, as it is written: lower case with underscores, as refusals are.</summary>
internal static class UnknowableNames
{
    public static string Of(UnknowableInput reason) => reason switch
    {
        UnknowableInput.ServerHistory => "server_history",
        UnknowableInput.RemoteMedia => "remote_media",
        UnknowableInput.Media => "media",
        UnknowableInput.HostedTools => "hosted_tools",
        UnknowableInput.EncryptedReasoning => "encrypted_reasoning",
        UnknowableInput.UnknownItems => "unknown_items",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "There is no such reason."),
    };
}
