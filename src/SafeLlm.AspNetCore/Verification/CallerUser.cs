using SafeLlm.Signing;

namespace SafeLlm.AspNetCore;

/// <summary>Finds the user that a call is made for: the key's own, or one that a key which acts for users names. Its signature covers the name.</summary>
internal static class CallerUser
{
    private const string Header = "x-safellm-user";
    private const int MostCharacters = 200;

    public static Refusal? TryFind(IncomingCall call)
    {
        call.User = call.Key?.User;
        // From any other key the header is as if it were not there; the compatibility profile signs no header, so there anybody may have written it.
        if (call.Key is not { ActsForUsers: true, Profile: SignatureProfile.SafeLlmV1 } || call.Context.Request.Headers[Header] is not { Count: > 0 } lines) return null;
        if (lines.Count > 1 || lines[0] is not { Length: > 0 and <= MostCharacters } name || name.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            return new Refusal(RefusalCode.MemberInvalid, $"The header {Header} names one user: 1 to {MostCharacters} printable characters without spaces.") { Field = Header };
        }

        call.User = name;
        call.IsForAnother = true;
        return null;
    }
}
