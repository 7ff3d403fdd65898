using System.Text;
using CsCheck;
using SafeLlm.Tokens;

namespace SafeLlm.Tests.Tokens;

public sealed class ImageSizeTests
{
    [Theory]
    [InlineData("89504E470D0A1A0A0000000D49484452000002550000023608060000", 597, 566)]
    [InlineData("474946383961 9001 2D01 F70000 0000", 400, 301)]
    [InlineData("424D 00000000 0000 0000 36000000 28000000 80000000 80FFFFFF 0000", 128, 128)]
    [InlineData("FFD8 FFE0 0004 0000 FFC4 0004 0000 FFC0 0011 08 0168 021C 03 000000", 540, 360)]
    [InlineData("52494646 00000000 57454250 56503858 0A000000 00000000 1F0300 570200 00", 800, 600)]
    [InlineData("52494646 00000000 57454250 5650384C 00000000 2F 1F C3 95 00 0000000000", 800, 600)]
    [InlineData("52494646 00000000 57454250 56503820 00000000 000000 9D012A 2003 5802 0000", 800, 600)]
    public void Of_Header_GivesPixels(string hex, int width, int height)
    {
        var base64 = Convert.ToBase64String(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        foreach (var value in (string[])[base64, $"data:image/png;base64,{base64}", base64.Replace("/", "\\/", StringComparison.Ordinal)])
        {
            Assert.Equal(new ImageSize(width, height), ImageSize.Of(Encoding.ASCII.GetBytes(value)));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("data:image/png;base64")]
    [InlineData("iVBORw0KGgo=")]
    [InlineData("bm8gcGljdHVyZQ==")]
    public void Of_NoPicture_IsNull(string value) => Assert.Null(ImageSize.Of(Encoding.ASCII.GetBytes(value)));

    [Fact]
    public void Of_AnyBytes_NeverThrows() =>
        Gen.Select(Gen.Byte.Array, Gen.OneOf(Gen.Const<byte[]>([]), Gen.Const<byte[]>([0xFF, 0xD8, 0xFF]), Gen.Const<byte[]>([0x89, 0x50, 0x4E, 0x47]), Gen.Const("RIFF0000WEBPVP8X"u8.ToArray()), Gen.Const("RIFF0000WEBPVP8L"u8.ToArray()), Gen.Const("BM"u8.ToArray()))).Sample((bytes, head) =>
            ImageSize.Of(Encoding.ASCII.GetBytes(Convert.ToBase64String([.. head, .. bytes]))) is null or { Width: > 0, Height: > 0 });
}
