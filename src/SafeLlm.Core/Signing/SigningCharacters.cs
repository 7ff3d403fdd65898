using System.Buffers;

namespace SafeLlm.Signing;

/// <summary>The character classes of the profile's parameters.</summary>
internal static class SigningCharacters
{
    private const string LettersAndDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    public static readonly SearchValues<char> KeyId = SearchValues.Create(LettersAndDigits + "._:~-");
    public static readonly SearchValues<char> Nonce = SearchValues.Create(LettersAndDigits + "_-");
}
