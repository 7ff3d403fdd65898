using SafeLlm.Signing;
using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Tests.Signing.StructuredFields;

public sealed class FieldReaderTests
{
    [Theory]
    [InlineData("(\"a\" \"b\");x=1")]
    [InlineData("()")]
    [InlineData("(a;p b;q=?0);r=:YQ==:;s=-1.5;t=@-1;u=%\"%c3%a4\";v=\"\\\"\\\\\"")]
    public void InnerList_ThatIsCanonical_IsSeenAsSuchAndWrittenTheSame(string text)
    {
        Assert.True(IsCanonical(text));
        Assert.Equal(text, Write(text));
    }

    [Theory]
    [InlineData("( \"a\")", "(\"a\")")]
    [InlineData("(\"a\" )", "(\"a\")")]
    [InlineData("(\"a\"  \"b\")", "(\"a\" \"b\")")]
    [InlineData("(  )", "()")]
    [InlineData("(); a", "();a")]
    [InlineData("();a=?1", "();a")]
    [InlineData("(x;a=?1)", "(x;a)")]
    [InlineData("();a=007", "();a=7")]
    [InlineData("();a=-0", "();a=0")]
    [InlineData("();a=-00.50", "();a=-0.5")]
    [InlineData("();a=1.0", "();a=1.0")]
    [InlineData("();a=1.250", "();a=1.25")]
    [InlineData("();a=-0.0", "();a=0.0")]
    [InlineData("();a=%\"%41\"", "();a=%\"A\"")]
    public void InnerList_SpelledOtherwise_IsWrittenCanonically(string text, string canonical)
    {
        Assert.Equal(text == canonical, IsCanonical(text));
        Assert.Equal(canonical, Write(text));
        Assert.True(IsCanonical(canonical));
    }

    [Theory]
    [InlineData("a=1000000000000000")]
    [InlineData("a=-1000000000000000")]
    [InlineData("a=1234567890123.1")]
    [InlineData("a=1.1234")]
    [InlineData("a=1.")]
    [InlineData("a=.1")]
    [InlineData("a=-")]
    [InlineData("a=--1")]
    [InlineData("a=\"")]
    [InlineData("a=\"\\a\"")]
    [InlineData("a=\"\\")]
    [InlineData("a=\"\t\"")]
    [InlineData("a=\"é\"")]
    [InlineData("a=:YQ:")]
    [InlineData("a=:YQ=:")]
    [InlineData("a=:YQ===:")]
    [InlineData("a=:YR==:")]
    [InlineData("a=:Y Q==:")]
    [InlineData("a=:=YQ=:")]
    [InlineData("a=:====:")]
    [InlineData("a=:YQ==")]
    [InlineData("a=?2")]
    [InlineData("a=?")]
    [InlineData("a=@1.5")]
    [InlineData("a=@")]
    [InlineData("a=%\"%C3%A4\"")]
    [InlineData("a=%\"%c3\"")]
    [InlineData("a=%\"%c\"")]
    [InlineData("a=%a")]
    [InlineData("a=%")]
    [InlineData("a=")]
    [InlineData("a= 1")]
    [InlineData("A=1")]
    [InlineData("1=1")]
    [InlineData("=1")]
    [InlineData(",")]
    [InlineData("a,")]
    [InlineData("a,,b")]
    [InlineData("a;")]
    [InlineData("a;=1")]
    [InlineData("a;b=")]
    [InlineData("a b")]
    [InlineData("a=(1 2")]
    [InlineData("a=(1,2)")]
    [InlineData("a=(1\t2)")]
    [InlineData("a=((1))")]
    [InlineData("a=(1)(2)")]
    [InlineData("a=(1;b\"c\")")]
    [InlineData("a=(1;b?1)")]
    [InlineData("\ta=1")]
    public void Dictionary_ThatBreaksTheGrammar_IsMalformed(string text) => Assert.Null(Keys(text));

    [Theory]
    [InlineData("", "")]
    [InlineData("   ", "")]
    [InlineData("  a  ", "a")]
    [InlineData("a,b", "a b")]
    [InlineData("a \t,\t b=1", "a b")]
    [InlineData("*a_-.*1=*tok:/en", "*a_-.*1")]
    [InlineData("a=999999999999999, b=-999999999999999, c=999999999999.999", "a b c")]
    [InlineData("a=::", "a")]
    [InlineData("a, a", "a a")]
    public void Dictionary_ThatKeepsTheGrammar_IsReadToItsEnd(string text, string keys) => Assert.Equal(keys, Keys(text));

    private static string? Keys(string text)
    {
        var reader = new FieldReader(text);
        var keys = new List<string>();
        while (true)
        {
            var step = reader.NextMember(out var key, out var isInnerList, out _);
            if (step == FieldStep.End) return string.Join(' ', keys);
            if (step == FieldStep.Malformed) return null;
            keys.Add(key.ToString());
            while (isInnerList && (step = reader.NextInnerItem(out _)) == FieldStep.Next)
            {
                if (!ReadParameters(ref reader)) return null;
            }

            if (step == FieldStep.Malformed || !ReadParameters(ref reader)) return null;
        }
    }

    private static bool ReadParameters(ref FieldReader reader)
    {
        FieldStep step;
        while ((step = reader.NextParameter(out _, out _)) == FieldStep.Next)
        {
            // Only whether they can be read.
        }

        return step == FieldStep.End;
    }

    private static bool IsCanonical(string text)
    {
        var reader = FieldReader.AtInnerList(text);
        while (reader.NextInnerItem(out _) == FieldStep.Next) ReadParameters(ref reader);
        ReadParameters(ref reader);
        Assert.True(reader.AtEnd);
        return reader.Canonical;
    }

    private static string Write(string text)
    {
        var to = new AsciiBuffer(new byte[16]);
        Assert.True(InnerListWriter.TryWrite(ref to, text));
        return to.ToString();
    }
}
