using System.Text.Json;

namespace SafeLlm.Testing;

/// <summary>
/// One wire format as a provider speaks it. Adding one is one file and one line in <see cref="DoubleFormats"/>.
/// </summary>
internal interface IDoubleFormat
{
    /// <summary>The name of the shape, as Core's wire format has it.</summary>
    string Name { get; }

    /// <summary>Whether a POST to this path speaks it.</summary>
    bool Recognises(string path);

    /// <summary>Reads a request.</summary>
    /// <exception cref="MalformedRequestException">A member is missing or of the wrong kind.</exception>
    DoubleCall Read(ReceivedRequest request, JsonElement body);

    /// <summary>A whole answer.</summary>
    byte[] Whole(Generation generation);

    /// <summary>A streamed answer, event by event, each with the blank line that ends it.</summary>
    IEnumerable<string> Events(Generation generation);

    /// <summary>An error before any answer.</summary>
    ErrorAnswer Error(ProviderError error);

    /// <summary>An error told inside a stream, as its last event.</summary>
    string ErrorEvent(ProviderError error);
}
