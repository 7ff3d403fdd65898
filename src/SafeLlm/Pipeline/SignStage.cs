namespace SafeLlm.Pipeline;

/// <summary>Signs each attempt anew, towards whom the options name and towards nobody else.</summary>
internal sealed class SignStage(ClientRuntime runtime) : Stage
{
    public override Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.IsSigned && runtime.SigningKey is { } key)
        {
            // Old ones off first: a signature must not cover the digest of an earlier attempt.
            SignedHeaders.Remove(call.Request);
            var signature = runtime.Signer.Sign(new OutgoingSignable(call.Request, call.Body is not null), call.Body.GetValueOrDefault().Span, key);
            SignedHeaders.Replace(call.Request, signature);
        }

        return Next.SendAsync(call, cancellationToken);
    }
}
