using System.Buffers;
using System.Text;

namespace Ordo.Sync.Records;

/// <summary>What scopes, collections and keys may be called. The limits hold on every replica and on the wire.</summary>
public static class RecordNames
{
    /// <summary>The longest scope: 200 bytes of UTF-8.</summary>
    public const int ScopeBytesMax = 200;

    /// <summary>The longest collection name: 63 characters.</summary>
    public const int CollectionLengthMax = 63;

    /// <summary>The longest key: 512 bytes of UTF-8.</summary>
    public const int KeyBytesMax = 512;

    private static readonly SearchValues<char> CollectionCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-");

    /// <summary>
    /// Why an app cannot name a scope so, or <see langword="null"/> where it can: names of lanes are the engine's own.
    /// </summary>
    public static string? WhyNotSubscribable(string? scope) => scope is not null && ScopeLane.IsEphemeral(scope)
        ? $"A scope's name must not end with '{ScopeLane.EphemeralSuffix}': the engine names lanes so."
        : WhyNotScope(scope);

    /// <summary>Why a scope or a lane of one cannot be called so, or <see langword="null"/> where it can.</summary>
    public static string? WhyNotScope(string? scope) =>
        WhyNotText(scope is null ? null : ScopeLane.ScopeOf(scope), "scope", ScopeBytesMax);

    /// <summary>Why a record cannot have this key, or <see langword="null"/> where it can.</summary>
    public static string? WhyNotKey(string? key) => WhyNotText(key, "key", KeyBytesMax);

    /// <summary>
    /// Why an app cannot declare a collection of this name, or <see langword="null"/> where it can: the engine keeps some names
    /// for itself.
    /// </summary>
    public static string? WhyNotDeclarable(string? collection) => SystemCollections.Contains(collection)
        ? $"The collection '{collection}' is the engine's own."
        : WhyNotCollection(collection);

    /// <summary>Why a collection cannot be called so, or <see langword="null"/> where it can.</summary>
    public static string? WhyNotCollection(string? collection)
    {
        if (SystemCollections.Contains(collection))
        {
            return null;
        }

        if (string.IsNullOrEmpty(collection) || collection.Length > CollectionLengthMax)
        {
            return $"A collection's name has 1 to {CollectionLengthMax} characters.";
        }

        if (!char.IsAsciiLetter(collection[0]) || collection.AsSpan().ContainsAnyExcept(CollectionCharacters))
        {
            return $"The collection name '{collection}' must begin with a letter and hold only ASCII letters, digits, '_' and '-'.";
        }

        return collection.StartsWith("ordo_", StringComparison.OrdinalIgnoreCase)
            || collection.StartsWith("sqlite_", StringComparison.OrdinalIgnoreCase)
                ? $"The collection name '{collection}' begins with a prefix that stores keep for themselves."
                : null;
    }

    private static string? WhyNotText(string? text, string what, int bytesMax)
    {
        if (string.IsNullOrEmpty(text))
        {
            return $"A {what} must not be empty.";
        }

        if (text.Contains('\0', StringComparison.Ordinal) || !IsWellFormed(text))
        {
            return $"A {what} must be well-formed text without NUL characters.";
        }

        int bytes = Encoding.UTF8.GetByteCount(text);
        return bytes > bytesMax ? $"The {what} takes {bytes} bytes of UTF-8; {bytesMax} are the most." : null;
    }

    private static bool IsWellFormed(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out _, out int consumed) != OperationStatus.Done)
            {
                return false;
            }

            text = text[consumed..];
        }

        return true;
    }
}
