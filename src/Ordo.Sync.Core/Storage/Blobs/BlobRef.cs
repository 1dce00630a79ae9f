using System.Text.Json.Serialization;
using MessagePack;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>
/// A reference to a blob, as the value of a record's field. A plain value: the record syncs whether or not the blob has come.
/// References are found in records by their stored form, a map that begins with the key <c>$blob</c>: keep them as they are, and
/// keep a blob's id nowhere else if the blob is to be kept.
/// </summary>
/// <param name="Id">The blob.</param>
/// <param name="Length">Its length in bytes, as the record says; the blob itself decides.</param>
[MessagePackFormatter(typeof(BlobRefFormatter))]
[JsonConverter(typeof(BlobRefJsonConverter))]
public sealed record BlobRef(BlobId Id, long Length)
{
    /// <summary>What kind of content it is, as in "video/mp4"; <see langword="null"/> where nobody said.</summary>
    public string? MediaType { get; init; }

    /// <summary>What a person calls it: a file's name without its folder; <see langword="null"/> where nobody said.</summary>
    /// <remarks>Comes from another device: never use it as a path without checking it.</remarks>
    public string? Name { get; init; }
}
