namespace SafeLlm.Formats;

/// <summary>An object in a request that members can be put into: the byte after its <c>{</c>, or the <c>null</c> that stands for it.</summary>
internal readonly record struct ObjectPlace(int Inside, bool IsEmpty, ValuePlace? Null);
