using System.Text.Json;

namespace SafeLlm.Formats;

/// <summary>What the object of a medium says about it. Members come in any order, so it holds once the object is whole.</summary>
internal struct MediumWords
{
    private bool _isText;
    private bool _isElsewhere;
    private bool _isPicture;

    public void TakeForm(in Utf8JsonReader reader)
    {
        _isText = reader.ValueTextEquals("text"u8);
        _isElsewhere = !_isText && !reader.ValueTextEquals("base64"u8);
    }

    public void TakeMediaType(in Utf8JsonReader reader) => _isPicture = Media.IsPictureType(reader.ValueSpan);

    /// <summary>What a medium is, given what its bytes look like: a picture only where words and bytes agree, text whatever they look like.</summary>
    public readonly PromptPartKind Judge(PromptPartKind looksLike, ReadOnlySpan<byte> value) =>
        _isText ? PromptPartKind.Text
        : looksLike == PromptPartKind.Image && (_isElsewhere || !_isPicture) && !Media.IsAddress(value) ? PromptPartKind.File
        : looksLike;
}
