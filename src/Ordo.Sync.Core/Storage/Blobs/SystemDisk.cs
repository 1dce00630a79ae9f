using Microsoft.Win32.SafeHandles;

namespace Ordo.Sync.Storage.Blobs;

/// <summary>The disk as the system offers it. Thread-safe.</summary>
internal sealed class SystemDisk : IBlobDisk
{
    public static SystemDisk Instance { get; } = new();

    public IBlobFile Create(string file, long lengthBytes) => new Handle(
        File.OpenHandle(file, FileMode.Create, FileAccess.Write, FileShare.None, FileOptions.None, lengthBytes));

    public void FlushFile(string file) => DiskFlush.FlushFile(file);

    public void FlushFolder(string folder) => DiskFlush.FlushFolder(folder);

    public void Move(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string file) => File.Delete(file);

    private sealed class Handle(SafeFileHandle handle) : IBlobFile
    {
        private long _written;

        public void Write(ReadOnlySpan<byte> content)
        {
            RandomAccess.Write(handle, content, _written);
            _written += content.Length;
        }

        public void Flush() => RandomAccess.FlushToDisk(handle);

        public void BeginWriting() => DiskFlush.BeginWriting(handle);

        public void Dispose() => handle.Dispose();
    }
}
