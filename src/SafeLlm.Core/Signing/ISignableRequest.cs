namespace SafeLlm.Signing;

/// <summary>
/// A request as the signature sees it. The client reads it from the message it is about to send, the server from the bytes
/// that arrived; both hand over raw strings, so that nothing is re-encoded in between.
/// </summary>
public interface ISignableRequest
{
    /// <summary>The method as sent; case-sensitive.</summary>
    string Method { get; }

    /// <summary>The scheme, lower case.</summary>
    string Scheme { get; }

    /// <summary>Host, and port unless it is the scheme's default; lower case (RFC 9421 §2.2.3).</summary>
    string Authority { get; }

    /// <summary>The path as sent; <c>/</c> where it is empty (RFC 9421 §2.2.6).</summary>
    string Path { get; }

    /// <summary>The query as sent with its <c>?</c>; <c>?</c> alone where there is none (RFC 9421 §2.2.7).</summary>
    string Query { get; }

    /// <summary>Whether the target has a query at all, be it empty: a lone <c>?</c> is part of the target URI (RFC 9421 §2.2.2).</summary>
    bool HasQuery => Query.Length > 1;

    /// <summary>Whether content follows.</summary>
    bool HasContent { get; }

    /// <summary>The names of all headers, lower case.</summary>
    IEnumerable<string> HeaderNames { get; }

    /// <summary>
    /// The names of at least those headers that begin with one of these letters, lower case. All of them unless an implementation can
    /// tell without making every name.
    /// </summary>
    /// <param name="firstLetters">The first letters, lower case.</param>
    IEnumerable<string> HeaderNamesOf(string firstLetters) => HeaderNames;

    /// <summary>The lines of a header by its lower-case name, in order; empty where it is absent.</summary>
    IReadOnlyList<string> Header(string name);
}
