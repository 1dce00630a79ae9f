using System.IO.Hashing;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;
using Ordo.Sync.Records;
using Ordo.Sync.Storage.Memory;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>
/// Writes a state and its values to a file of its own: the operations that make the state from nothing. Values are taken in the order
/// in which they stand in FASTER's log, page by page, because one by one from a disk takes thirty times as long.
/// </summary>
internal sealed class CheckpointWriter
{
    private const int FrameBytes = 256 * 1024;

    private readonly StoreImage _image;
    private readonly ValueStore _values;
    private readonly IStoreFile _file;
    private readonly long _salt;
    private readonly ByteWriter _frame = new();
    private readonly OperationWriter _operations;
    private readonly XxHash128 _digest = new();
    private readonly CancellationToken _cancellation;
    private long _offset = FileHead.SizeBytes;
    private long _sequence;
    private long _missing;

    private CheckpointWriter(
        StoreImage image, ValueStore values, IStoreFile file, long salt, CancellationToken cancellation)
    {
        _image = image;
        _values = values;
        _file = file;
        _salt = salt;
        _cancellation = cancellation;
        _operations = new OperationWriter(_frame);
    }

    /// <summary>Writes the checkpoint of a state; it is on the disk, whole and under its name, when this returns.</summary>
    /// <returns>The bytes of the file.</returns>
    public static long Write(
        IStoreFiles files, FileHead identity, StoreImage image, ValueStore values, CancellationToken cancellation)
    {
        string name = FileNames.Checkpoint(image.Commit);
        long bytes;
        using (IStoreFile file = files.Create(name + FileNames.Unfinished))
        {
            (identity with { Kind = FileKind.Checkpoint, Sequence = image.Commit }).Write(file);
            var writer = new CheckpointWriter(image, values, file, identity.Salt, cancellation);
            writer.Write();
            file.Flush();
            bytes = writer._offset;
        }

        files.Rename(name + FileNames.Unfinished, name);
        files.FlushNames();
        return bytes;
    }

    private void Write()
    {
        CommitLog.Begin(_frame);
        WriteState();
        WriteShort();
        long tail = _values.TailAddress;
        _values.Scan(_values.BeginAddress, tail, WriteValue);
        if (_missing != 0)
        {
            throw new InvalidDataException(
                $"{_missing} values more or less than the state refers to were found; the checkpoint is not used");
        }

        EndFrame(FrameKind.Operations);
        CheckpointFooter.Of(_image, _digest.GetCurrentHashAsUInt128()).Write(_frame);
        EndFrame(FrameKind.Footer);
    }

    // The catalog first: records are indexed by it when they are read.
    private void WriteState()
    {
        for (int i = 0; i < _image.Replicas.Count; i++)
        {
            _operations.Intern(_image.Replicas[i]);
        }

        foreach (CollectionLayout layout in _image.Layouts.Values)
        {
            if (layout.Schema is { } schema)
            {
                _operations.Define(schema);
            }
        }

        foreach ((ScopeName scope, ScopeImage found) in _image.Scopes.All())
        {
            _operations.SetScope(scope.Value, ScopeState.Empty, found.State);
            EndFrameWhereFull();
        }

        _operations.Head(_image);
    }

    private void WriteShort()
    {
        foreach ((LocalName name, LocalSlot slot) in _image.Locals.All())
        {
            _missing += slot.Number == 0 ? 0 : 1;
            if (slot.Number == 0)
            {
                _operations.SetLocal(name.Area, name.Key, 0, slot.Bytes.Span);
                EndFrameWhereFull();
            }
        }

        foreach ((_, JournalItem item) in _image.Journal.All())
        {
            _missing += item.Number == 0 ? 0 : 1;
            if (item.Number == 0)
            {
                _operations.AppendJournal(item, item.Entry.Content.Span);
                EndFrameWhereFull();
            }
        }

        _missing += _image.RecordCount;
    }

    private void WriteValue(long number, byte[] stored)
    {
        ValuePiece piece = _values.ReadPiece(number, stored);
        if (piece.Index != 0)
        {
            return; // Comes with the first piece of its value.
        }

        ValueOwner owner = ValueOwner.Read(piece.Owner);
        if (!_image.Holds(owner, number))
        {
            return;
        }

        ReadOnlyMemory<byte> body = piece.Bytes.Length == piece.TotalBytes
            ? piece.Bytes
            : _values.Read(number) ?? throw new InvalidDataException($"the value {number} has lost a piece");
        switch (owner.Kind)
        {
            case ValueKind.Record:
                _operations.Put(number, piece.Owner.Span, body.Span);
                break;
            case ValueKind.Local:
                _operations.SetLocal(owner.Area, owner.Key.Key, number, body.Span);
                break;
            default:
                _image.Journal.TryGet(owner.Sequence, out JournalItem item);
                _operations.AppendJournal(item, body.Span);
                break;
        }

        _missing--;
        EndFrameWhereFull();
    }

    private void EndFrameWhereFull()
    {
        if (_frame.Length >= FrameBytes)
        {
            EndFrame(FrameKind.Operations);
        }
    }

    private void EndFrame(FrameKind kind)
    {
        _cancellation.ThrowIfCancellationRequested();
        int length = _frame.Length - FrameHead.SizeBytes;
        _digest.Append(kind == FrameKind.Operations ? _frame.Written.Span[FrameHead.SizeBytes..] : default);
        new FrameHead(kind, length, ++_sequence, 0).Seal(_frame.Span, _salt);
        _file.Write(_offset, _frame.Span);
        _offset += _frame.Length;
        CommitLog.Begin(_frame);
    }
}
