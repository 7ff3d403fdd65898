namespace SafeLlm.Formats;

/// <summary>Why the size of a call's input cannot be known from its request.</summary>
public enum UnknowableInput
{
    /// <summary>The provider holds earlier turns (<c>previous_response_id</c>, <c>conversation</c>, a stored prompt).</summary>
    ServerHistory,

    /// <summary>Media behind a URL.</summary>
    RemoteMedia,

    /// <summary>Media in the request whose tokens do not follow from its bytes.</summary>
    Media,

    /// <summary>Tools that run at the provider and feed their results back.</summary>
    HostedTools,

    /// <summary>Replayed reasoning, encrypted or held by the provider: the request shows a part at most.</summary>
    EncryptedReasoning,

    /// <summary>Items of a kind that the format does not know.</summary>
    UnknownItems,
}
