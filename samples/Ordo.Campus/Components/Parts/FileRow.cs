using Ordo.Sync.Engine.Blobs;
using Ordo.Sync.Storage.Blobs;

namespace Ordo.Campus.Components.Parts;

/// <summary>A file as the page lists it.</summary>
internal sealed record FileRow(string Key, BlobRef Blob, string By, long At, BlobStatus Status, BlobTransfer? Transfer)
{
    public string Name => Blob.Name ?? "file";

    /// <summary>How much of it has been moved, of 1,000.</summary>
    public int DoneInThousand => Transfer?.Progress is { BytesTotal: > 0 } moved ? (int)(moved.BytesDone * 1000 / moved.BytesTotal) : 0;
}
