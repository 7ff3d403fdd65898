using System.Text.RegularExpressions;
using CsCheck;
using Microsoft.Extensions.Time.Testing;
using SafeLlm.Signing;

namespace SafeLlm.Tests.Signing;

public sealed class SigningPropertyTests
{
    private static readonly FakeTimeProvider Time = new(Crafted.Now);

    private static readonly Gen<string> Visible = Gen.String[Gen.Char['!', '~'], 1, 40];
    private static readonly Gen<string> Value = Gen.String[Gen.Char[' ', '~'], 0, 60];
    private static readonly Gen<string> Name = Pick("idempotency-key", "content-encoding", "x-safellm-user", "x-safellm-a", "x-safellm-b");

    private static readonly Gen<TestRequest> Requests = Gen.Select(
        Gen.Select(Visible, Visible, Visible, Visible), Gen.Byte.Array[0, 200], Value, Gen.Select(Name, Value).Array[0, 4],
        (target, content, type, headers) =>
        {
            var request = new TestRequest { Method = target.Item1, Authority = target.Item2, Path = $"/{target.Item3}", Query = $"?{target.Item4}", Content = content }
                .With("content-type", type);
            foreach (var (name, value) in headers)
            {
                // A list may stand on several lines, a single value may not.
                if (name.StartsWith("x-", StringComparison.Ordinal)) request.Add(name, value);
                else request.With(name, value);
            }

            return request;
        });

    [Fact]
    public void SignThenVerify_OfAnyRequest_Holds() =>
        Requests.Sample(request => Crafted.Verify(request.Signed(Crafted.Key, Time)).IsVerified, iter: 20_000);

    [Fact]
    public void SignThenChange_OfAnyCoveredPart_Fails() =>
        Gen.Select(Requests, Gen.Int[0, 1_000_000], Gen.Int[1, 94]).Sample(
            (request, where, by) =>
            {
                request.Signed(Crafted.Key, Time);
                return !Change(request, where, by) || !Crafted.Verify(request).IsVerified;
            },
            iter: 40_000);

    [Fact]
    public void SignThenFlip_OfAnyCharacterOfTheSignatureHeaders_Fails()
    {
        var request = TestRequest.Chat().Signed(Crafted.Key, Time);
        Assert.True(Crafted.Verify(request).IsVerified);
        foreach (var header in (string[])["signature-input", "signature", "content-digest"])
        {
            var value = request.Header(header)[0];
            for (var i = 0; i < value.Length; i++)
            {
                for (var by = 1; by < 95; by++)
                {
                    var changed = $"{value[..i]}{Turn(value[i], by)}{value[(i + 1)..]}";

                    // Without any meaning: the label, where it is changed in both headers alike, and only there.
                    Assert.False(Crafted.Verify(request.With(header, changed)).IsVerified, $"{header}: {changed}");
                }
            }

            request.With(header, value);
        }
    }

    [Fact]
    public void Verify_OfAnySignatureHeaders_NeverThrows() =>
        Gen.Select(Gen.Select(Fragments, Fragments), Gen.String[0, 60], Gen.Byte.Array[0, 10]).Sample(
            (headers, digest, content) =>
            {
                var request = TestRequest.Chat().With("signature-input", headers.Item1).With("signature", headers.Item2).With("content-digest", digest);
                var result = Crafted.Verify(request);
                Assert.False(result.IsVerified);
                Assert.NotNull(result.Refusal);
                _ = ContentDigest.Verify([digest], content, out _);
            },
            iter: 50_000);

    [Fact]
    public void Verify_OfAChangedGoodHeader_NeverThrowsAndNeverVerifies()
    {
        var request = TestRequest.Chat().Signed(Crafted.Key, Time);
        var (input, signature) = (request.Header("signature-input")[0], request.Header("signature")[0]);
        Gen.Select(Gen.Int[0, 400], Gen.Int[0, 40], Fragments).Sample(
            (at, remove, insert) =>
            {
                at = Math.Min(at, input.Length);
                remove = Math.Min(remove, input.Length - at);
                var changed = string.Concat(input.AsSpan(0, at), insert, input.AsSpan(at + remove));
                var result = Crafted.Verify(TestRequest.Chat().With("content-digest", request.Header("content-digest")[0]).With("signature-input", changed).With("signature", signature));

                // White space, zeros in front of a number and members of others may come in between: then what was signed is still all there.
                return !result.IsVerified || Plain(changed).Contains(Plain(input), StringComparison.Ordinal);
            },
            iter: 100_000);
    }

    private static Gen<string> Fragments { get; } = Gen.OneOf(
        Pick(
            "safellm", "a", "=", "(", ")", ";", ",", " ", "\t", "\"", "\"@method\"", "\"x\"", "created=1", "tag=\"safellm-v1\"", ":", ":AAAA:", "?1", "?", "@", "@5", "%\"a\"", "%\"%c3", "-", "1.5", "\\", "é", "\n", "\0", "*", "keyid=\"k-2026-11-a\""),
        Gen.Char.Select(c => c.ToString())).Array[0, 30].Select(string.Concat);

    private static Gen<string> Pick(params string[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private static string Plain(string text) => Regex.Replace(text.Replace(" ", ""), "(?<==)0+(?=[0-9])", "");

    private static char Turn(char c, int by) => (char)(' ' + ((c - ' ' + by) % 95));

    /// <summary>Changes one character or byte of something covered; false where there is nothing at that place.</summary>
    private static bool Change(TestRequest request, int where, int by)
    {
        var covered = request.HeaderNames.Where(name => name is "idempotency-key" or "content-encoding" || name.StartsWith("x-safellm-", StringComparison.Ordinal)).ToList();
        if (request.Content.Length > 0) covered.AddRange(["content-type", "content-digest"]);
        var part = where % (5 + covered.Count);
        var at = where / 16;
        switch (part)
        {
            case 0:
                request.Method = ChangeOne(request.Method, at, by);
                return true;
            case 1:
                request.Authority = ChangeOne(request.Authority, at, by);
                return true;
            case 2:
                request.Path = ChangeOne(request.Path, at, by);
                return true;
            case 3:
                request.Query = ChangeOne(request.Query, at, by);
                return true;
            case 4:
                if (request.Content.Length == 0) return false;
                request.Content[at % request.Content.Length] ^= (byte)by;
                return true;
            default:
                var lines = request.Header(covered[part - 5]);
                var joined = string.Join(", ", lines.Select(line => line.Trim(' ')));
                var text = lines[at % lines.Count];
                if (text.Length == 0) return false;
                var changed = lines.ToArray();
                changed[at % lines.Count] = ChangeOne(text, at, by);
                request.With(covered[part - 5], changed);

                // A space at the end of a line is not part of its value.
                return string.Join(", ", changed.Select(line => line.Trim(' '))) != joined;
        }
    }

    private static string ChangeOne(string text, int at, int by)
    {
        at %= text.Length;
        return $"{text[..at]}{Turn(text[at], by)}{text[(at + 1)..]}";
    }
}
