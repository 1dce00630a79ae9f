namespace Ordo.Sync.Engine.Blobs;

/// <summary>What a device knows of a blob.</summary>
/// <param name="IsHeld">Whether its content is here in full.</param>
/// <param name="Length">Its length in bytes; -1 where neither content nor records say.</param>
/// <param name="IsPinned">Whether it is kept here until it is unpinned.</param>
/// <param name="IsAtHub">Whether the hub has it, in at least one scope, as far as this device was told.</param>
public sealed record BlobStatus(bool IsHeld, long Length, bool IsPinned, bool IsAtHub);
