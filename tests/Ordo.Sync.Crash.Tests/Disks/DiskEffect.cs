namespace Ordo.Sync.Crash.Tests.Disks;

/// <summary>One thing that was done to a disk. A crash comes right after it.</summary>
/// <param name="Kind">What was done.</param>
/// <param name="File">The file's id: a name may belong to several files, one after the other.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Offset">Where a write begins, or to which length a file was cut.</param>
/// <param name="Bytes">What was written.</param>
/// <param name="Sidecar">What the store's sidecar says at that moment; <see langword="null"/> where there is none yet.</param>
internal sealed record DiskEffect(EffectKind Kind, int File, string Name, long Offset, byte[] Bytes, byte[]? Sidecar);
