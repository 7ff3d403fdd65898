namespace SafeLlm.Formats;

/// <summary>
/// A provider's JSON shape. It reads numbers from requests and responses and edits requests by splicing bytes; it is no
/// model of the API.
/// </summary>
public interface IWireFormat
{
    /// <summary>The name of the shape, e.g. <c>openai-chat</c>.</summary>
    string Name { get; }

    /// <summary>Whether a request to this target speaks this format.</summary>
    bool Recognises(in RequestTarget target);

    /// <summary>Reads the facts of a request that <see cref="Recognises"/>. Never throws for what the bytes hold.</summary>
    RequestReading Read(in RequestTarget target, ReadOnlyMemory<byte> body);

    /// <summary>The request's bytes with the edit applied; the same memory where nothing changes.</summary>
    ReadOnlyMemory<byte> Edit(CallFacts facts, RequestEdit edit);

    /// <summary>A meter for the response to a call.</summary>
    ResponseMeter CreateMeter(CallFacts facts, ResponseHead head);

    /// <summary>
    /// A filter that takes out of a stream what only <see cref="RequestEdit.AskForUsage"/> brought in; null where the format
    /// sends usage in any case.
    /// </summary>
    StreamFilter? CreateUsageFilter();

    /// <summary>A filter that shortens a whole answer that is over its bound; null where whole answers pass as they come.</summary>
    StreamFilter? CreateAnswerFilter(CallFacts facts) => null;

    /// <summary>Ends an answer's stream early, well-formed and with its bound as the reason; null where the format cannot be ended so.</summary>
    StreamEnding? CreateStreamEnding(CallFacts facts) => null;
}
