using System.Diagnostics.CodeAnalysis;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.S3.Objects;

/// <summary>What a store's objects are called. Every name is made of hexadecimal digits that this library wrote itself.</summary>
internal static class ObjectNames
{
    /// <summary>Says which form the store has.</summary>
    public const string Format = "format";

    /// <summary>What the last sweep counted.</summary>
    public const string Usage = "usage";

    /// <summary>Content, by its hash.</summary>
    public const string Chunks = "chunks/";

    /// <summary>The blobs held in full.</summary>
    public const string Manifests = "manifests/";

    /// <summary>The blobs that somebody is about to hold in full: a sweep spares their chunks.</summary>
    public const string Intents = "intents/";

    /// <summary>What somebody is about to sweep: nobody relies on those chunks.</summary>
    public const string Sweeps = "sweeps/";

    /// <summary>What was found damaged.</summary>
    public const string Quarantine = "quarantine/";

    public static string Chunk(ContentHash hash) => $"{Chunks}{hash}";

    public static string Manifest(BlobId blob) => $"{Manifests}{blob}";

    /// <summary>Reads the hash in the name of a chunk or a manifest; other objects are none of this library's.</summary>
    public static bool TryReadHash(string name, string start, [NotNullWhen(true)] out ContentHash? hash)
    {
        hash = null;
        if (!name.StartsWith(start, StringComparison.Ordinal) || !ContentHash.TryParse(name.AsSpan(start.Length), out ContentHash parsed))
        {
            return false;
        }

        hash = parsed;
        return true;
    }
}
