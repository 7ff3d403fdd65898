using SafeLlm.Signing;

namespace SafeLlm.EndToEnd.Tests;

/// <summary>A POST as its own signer sees it, for requests that the client would never send.</summary>
internal sealed class RawSignable(Uri address, string mediaType) : ISignableRequest
{
    public string Method => "POST";

    public string Scheme => "http";

    public string Authority => address.Authority;

    public string Path => address.AbsolutePath;

    public string Query => address.Query.Length == 0 ? "?" : address.Query;

    public bool HasContent => true;

    public IEnumerable<string> HeaderNames => ["content-type"];

    public IReadOnlyList<string> Header(string name) => name == "content-type" ? [mediaType] : [];
}
