namespace SafeLlm.Pipeline;

/// <summary>What sends a request: the handler beneath ours.</summary>
internal delegate Task<HttpResponseMessage> Transport(HttpRequestMessage request, CancellationToken cancellationToken);
