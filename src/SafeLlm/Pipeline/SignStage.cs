namespace SafeLlm.Pipeline;

/// <summary>Signs each attempt anew, towards whom the options name and towards nobody else.</summary>
internal sealed class SignStage(ClientRuntime runtime) : Stage
{
    public override ValueTask<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (call.IsSigned)
        {
            var key = runtime.Secrets.At(runtime.Time.GetUtcNow()) ?? throw new Refusal(
                RefusalCode.Unsigned,
                $"None of the signing keys is valid now, so the request to {call.Target.Authority} was not sent. Give one whose NotBefore is past and whose NotAfter is not.")
            {
                Field = nameof(SafeLlmClientOptions.SigningKeys),
            }.ToException();

            // Old ones off first: a signature must not cover the digest of an earlier attempt.
            if (call.MayHaveSignatureFields) SignedHeaders.Remove(call.Request);
            var signature = runtime.Signer.Sign(new OutgoingSignable(call.Request, call.Target, call.Body is not null), call.Body.GetValueOrDefault().Span, key);
            SignedHeaders.Add(call.Request, signature);
            call.MayHaveSignatureFields = true;
        }

        return Next.SendAsync(call, cancellationToken);
    }
}
