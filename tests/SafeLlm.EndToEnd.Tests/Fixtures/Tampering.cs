namespace SafeLlm.EndToEnd.Tests;

/// <summary>What an attacker on the line does with a signed request.</summary>
internal delegate Task<HttpResponseMessage> Tampering(
    HttpRequestMessage request,
    Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> send,
    CancellationToken cancellationToken);
