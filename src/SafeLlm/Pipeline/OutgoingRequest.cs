namespace SafeLlm.Pipeline;

/// <summary>
/// The caller's message while it is ours: with content that every attempt can send and tells whether it was begun. Afterwards
/// the message is as it was, so that a caller who sends it again does not hand us our own signature as a foreign one.
/// </summary>
internal readonly struct OutgoingRequest
{
    private readonly Call call;
    private readonly HttpContent? original;

    public OutgoingRequest(Call call)
    {
        this.call = call;
        original = call.Request.Content;
        if (call.Body is { } body) call.Request.Content = call.Content = new CallContent(body, original!);
        else if (call.Unread is { } unread) call.Request.Content = unread;
    }

    public void Restore()
    {
        if (call.IsSigned) SignedHeaders.TakeOff(call.Request);
        call.Request.Content = original;
        call.Unread?.LetGo();
    }
}
