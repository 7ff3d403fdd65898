namespace SafeLlm.Dashboard;

/// <summary>What became of an operator's action.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">What happened, or what to do, for the operator.</param>
internal sealed record ActionResult(int Status, string Message)
{
    public bool IsDone => Status == 200;
}
