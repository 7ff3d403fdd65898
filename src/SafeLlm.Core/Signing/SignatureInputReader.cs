using SafeLlm.Signing.StructuredFields;

namespace SafeLlm.Signing;

/// <summary>Finds our signature among the members of Signature-Input (steps 4 to 6 of the profile), in one pass.</summary>
internal static class SignatureInputReader
{
    /// <summary>Reads the whole header; labels are unique, and exactly one member carries our tag.</summary>
    /// <returns><see cref="SignatureReason.None"/>, or why there is no signature to verify.</returns>
    public static SignatureReason TryFind(string text, string tag, out ReceivedSignature ours, out string? detail)
    {
        ours = default;
        Span<TextRange> labels = stackalloc TextRange[SigningProfile.MaxMembers];
        var members = 0;
        var found = false;
        var twice = false;
        var reader = new FieldReader(text);
        while (true)
        {
            var step = reader.NextMember(out var label, out var isInnerList, out _);
            if (step == FieldStep.End) break;
            if (step == FieldStep.Malformed || !isInnerList)
            {
                detail = "Signature-Input cannot be read: it is a dictionary of inner lists (RFC 9421 section 4.1).";
                return SignatureReason.SignatureMalformed;
            }

            if (members == SigningProfile.MaxMembers)
            {
                detail = $"Signature-Input has more than {SigningProfile.MaxMembers} signatures.";
                return SignatureReason.SignatureMalformed;
            }

            // The reader stands behind label, equals sign and parenthesis.
            labels[members] = new TextRange(reader.Position - 2 - label.Length, label.Length);
            for (var i = 0; i < members; i++)
            {
                if (!labels[i].Of(text).SequenceEqual(label)) continue;
                detail = "A label stands twice in Signature-Input (RFC 9421 section 4.1).";
                return SignatureReason.SignatureAmbiguous;
            }

            ReceivedSignature member = default;
            member.Label = labels[members++];
            if (!TryReadMember(ref reader, tag, ref member))
            {
                detail = "Signature-Input cannot be read: a member is no inner list with parameters (RFC 9421 section 4.1).";
                return SignatureReason.SignatureMalformed;
            }

            if (!member.IsOurs) continue;
            twice = found;
            found = true;
            ours = member;
            if (twice) break;
        }

        if (!found)
        {
            detail = $"No signature has tag=\"{tag}\".";
            return SignatureReason.Tag;
        }

        if (twice)
        {
            detail = $"More than one signature has tag=\"{tag}\".";
            return SignatureReason.SignatureAmbiguous;
        }

        if (ours.Problem == SignatureReason.NotVerified) return CheckParameters(text, ours, out detail);
        detail = ours.Subject.Length == 0 ? $"{ours.Detail}." : $"{ours.Detail}: {ComponentNames.ForMessage(ours.Subject.Of(text))}.";
        return ours.Problem;
    }

    private static bool TryReadMember(ref FieldReader reader, string tag, ref ReceivedSignature member)
    {
        var start = reader.Position - 1;
        reader.Canonical = true;
        FieldStep step;
        while ((step = reader.NextInnerItem(out var item)) == FieldStep.Next)
        {
            AddComponent(ref member, item, reader.Position);
            while ((step = reader.NextParameter(out _, out _)) == FieldStep.Next)
            {
                // Sound parameters all of them (;sf ;bs ;key ;tr), but none that this profile gives a value for; ;req and unknown ones are errors.
                Complain(ref member, SignatureReason.SignatureMalformed, "A covered component has a parameter; the profile covers bare components only");
            }

            if (step == FieldStep.Malformed) return false;
        }

        if (step == FieldStep.Malformed) return false;
        var parameters = 0;
        while ((step = reader.NextParameter(out var key, out var value)) == FieldStep.Next)
        {
            if (++parameters > SigningProfile.MaxParameters)
            {
                Complain(ref member, SignatureReason.SignatureMalformed, "The signature has more parameters than the profile allows (8)");
            }

            AddParameter(ref member, tag, key, value, keyEnd: reader.KeyEnd, end: reader.Position);
        }

        member.Value = new TextRange(start, reader.Position - start);
        member.Canonical = reader.Canonical;
        return step == FieldStep.End;
    }

    private static void AddComponent(ref ReceivedSignature member, BareItem item, int end)
    {
        // Right for strings, which is all that a component can be: the reader stands behind the closing quote.
        var range = new TextRange(end - 1 - item.Text.Length, item.Text.Length);
        if (item.Kind != BareItemKind.String || !ComponentNames.TryFind(item.Text, out var component))
        {
            Complain(
                ref member,
                SignatureReason.SignatureMalformed,
                "A covered component is not one that the profile knows: names are strings in lower case, derived ones start with @",
                item.Kind == BareItemKind.String ? range : default);
            return;
        }

        if (member.ComponentCount == SigningProfile.MaxComponents)
        {
            Complain(ref member, SignatureReason.SignatureMalformed, "The signature covers more components than the profile allows (32)");
            return;
        }

        member.Components[member.ComponentCount++] = range;
        member.Covered |= component;
    }

    private static void AddParameter(ref ReceivedSignature member, string tag, ReadOnlySpan<char> key, BareItem value, int keyEnd, int end)
    {
        var name = new TextRange(keyEnd - key.Length, key.Length);
        var (parameter, kind) = key switch
        {
            "created" => (SignatureParameters.Created, BareItemKind.Integer),
            "expires" => (SignatureParameters.Expires, BareItemKind.Integer),
            "nonce" => (SignatureParameters.Nonce, BareItemKind.String),
            "keyid" => (SignatureParameters.KeyId, BareItemKind.String),
            "alg" => (SignatureParameters.Algorithm, BareItemKind.String),
            "tag" => (SignatureParameters.Tag, BareItemKind.String),
            _ => (SignatureParameters.None, BareItemKind.None),
        };
        if (parameter == SignatureParameters.None)
        {
            Complain(ref member, SignatureReason.Params, "A parameter is not part of the profile", name);
            return;
        }

        if ((member.Present & parameter) != 0)
        {
            Complain(ref member, SignatureReason.SignatureMalformed, "A parameter stands twice", name);
        }

        if (value.Kind != kind)
        {
            Complain(ref member, SignatureReason.Params, "A parameter has the wrong type: created and expires are integers, all others strings in quotes", name);
            return;
        }

        member.Present |= parameter;
        var range = new TextRange(end - 1 - value.Text.Length, value.Text.Length);
        switch (parameter)
        {
            case SignatureParameters.Created:
                member.Created = value.Number;
                break;
            case SignatureParameters.Expires:
                member.Expires = value.Number;
                break;
            case SignatureParameters.Nonce:
                member.Nonce = range;
                break;
            case SignatureParameters.KeyId:
                member.KeyId = range;
                break;
            case SignatureParameters.Algorithm:
                member.Algorithm = range;
                break;
            case SignatureParameters.Tag when value.IsString(tag):
                member.Present |= SignatureParameters.OurTag;
                break;
        }
    }

    private static SignatureReason CheckParameters(string text, in ReceivedSignature ours, out string? detail)
    {
        if (HasRepeatedComponent(text, ours))
        {
            detail = "A component is covered twice (RFC 9421 section 2.5).";
            return SignatureReason.SignatureMalformed;
        }

        if ((ours.Present & SignatureParameters.Required) != SignatureParameters.Required)
        {
            detail = "A parameter is missing: the profile demands created, expires, nonce, keyid and tag.";
            return SignatureReason.Params;
        }

        if (!SigningProfile.IsKeyId(ours.KeyId.Of(text)))
        {
            detail = $"The keyid breaks its syntax: 1 to {SigningProfile.MaxKeyIdLength} characters of A-Z a-z 0-9 . _ : ~ -.";
            return SignatureReason.Params;
        }

        if (!SigningProfile.IsNonce(ours.Nonce.Of(text)))
        {
            detail = $"The nonce breaks its syntax: {SigningProfile.MinNonceLength} to {SigningProfile.MaxNonceLength} characters of A-Z a-z 0-9 _ -.";
            return SignatureReason.Nonce;
        }

        detail = null;
        return SignatureReason.None;
    }

    private static bool HasRepeatedComponent(string text, in ReceivedSignature ours)
    {
        for (var i = 1; i < ours.ComponentCount; i++)
        {
            var name = ours.Components[i].Of(text);
            for (var j = 0; j < i; j++)
            {
                if (ours.Components[j].Length == name.Length && ours.Components[j].Of(text).SequenceEqual(name)) return true;
            }
        }

        return false;
    }

    /// <summary>Notes the first problem. The message is put together later, if at all: a stranger's header makes no garbage.</summary>
    private static void Complain(ref ReceivedSignature member, SignatureReason reason, string detail, TextRange subject = default)
    {
        if (member.Problem != SignatureReason.NotVerified) return;
        member.Problem = reason;
        member.Detail = detail;
        member.Subject = subject;
    }
}
