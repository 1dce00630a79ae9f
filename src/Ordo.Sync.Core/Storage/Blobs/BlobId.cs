using System.Diagnostics.CodeAnalysis;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// Names a blob by the SHA-256 of its whole content: equal content is one blob, changed content is another. To know it is not a
/// right to read it.
/// </summary>
/// <param name="Hash">The hash.</param>
public readonly record struct BlobId(ContentHash Hash)
{
    /// <summary>Whether this names no blob: the default value.</summary>
    public bool IsEmpty => Hash == default;

    /// <summary>The id of some content.</summary>
    public static BlobId Of(ReadOnlySpan<byte> content) => new(ContentHash.Of(content));

    /// <summary>Reads an id from 64 lower-case hexadecimal digits.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out BlobId id)
    {
        bool isHash = ContentHash.TryParse(text, out ContentHash hash);
        id = new BlobId(hash);
        return isHash;
    }

    /// <summary>Reads an id from 64 lower-case hexadecimal digits.</summary>
    /// <exception cref="FormatException">The text is no id.</exception>
    public static BlobId Parse(string text) => TryParse(text, out BlobId id)
        ? id
        : throw new FormatException("A blob's id has 64 lower-case hexadecimal digits.");

    /// <summary>The 64 digits.</summary>
    public override string ToString() => Hash.ToString();
}
