namespace SafeLlm.Benchmarks.Compare;

internal sealed class SigningArea : ICompareArea
{
    public string Name => "signing";

    public async IAsyncEnumerable<Figure> MeasureAsync()
    {
        using var chat = new SignedChat();
        yield return new Figure("signing.sign-and-verify-2KB", await Duel.RatioAsync(chat.SignAndVerify, chat.FourHashes)) { AtMost = 1.25 };
        yield return new Figure("signing.sign-and-verify-2KB-by-hashes-with-a-kept-mac", await Duel.RatioAsync(chat.SignAndVerify, chat.FourHashesWithKeptMac));
        yield return new Figure("signing.sign-2KB", await Duel.RatioAsync(chat.Sign, chat.TwoHashes));
        yield return new Figure("signing.verify-2KB", await Duel.RatioAsync(chat.Verify, chat.TwoHashes));
    }
}
