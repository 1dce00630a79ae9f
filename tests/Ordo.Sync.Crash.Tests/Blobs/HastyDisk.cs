using Ordo.Sync.Storage.Blobs;

namespace Ordo.Sync.Crash.Tests.Blobs;

/// <summary>The real disk, without its flushes: for stores that are looked at once and deleted.</summary>
internal sealed class HastyDisk : IBlobDisk
{
    public IBlobFile Create(string file, long lengthBytes) => SystemDisk.Instance.Create(file, lengthBytes);

    public void FlushFile(string file)
    {
        // Nobody cuts its power.
    }

    public void FlushFolder(string folder)
    {
        // Nor here.
    }

    public void Move(string from, string to) => SystemDisk.Instance.Move(from, to);

    public void Delete(string file) => SystemDisk.Instance.Delete(file);
}
