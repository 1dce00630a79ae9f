using Microsoft.Extensions.Logging;
using Ordo.Sync.Causality;
using Ordo.Sync.Errors;
using Ordo.Sync.Faster.Binary;
using Ordo.Sync.Faster.Files;
using Ordo.Sync.Faster.Log;
using Ordo.Sync.Faster.Operations;
using Ordo.Sync.Faster.State;
using Ordo.Sync.Faster.Values;

namespace Ordo.Sync.Faster.Checkpoints;

/// <summary>
/// Makes a store or brings it back: the newest checkpoint that is whole, then every commit of the log behind it. What cannot be
/// brought back whole is refused.
/// </summary>
internal sealed class Recovery
{
    private const int DisplayedSequencesMax = 8;

    private readonly string _store;
    private readonly StoreSettings _settings;
    private readonly IStoreFiles _files;
    private readonly EntropySource _entropy;
    private readonly ILogger _logger;
    private string? _damage;

    public Recovery(StoreSettings settings, IStoreFiles files, EntropySource entropy, ILogger logger)
    {
        _store = settings.Folder;
        _settings = settings;
        _files = files;
        _entropy = entropy;
        _logger = logger;
    }

    /// <exception cref="SyncException">The store is damaged, too new, or cannot be read or written.</exception>
    public RecoveredStore Run()
    {
        try
        {
            IReadOnlyList<string> names = RemoveLeftovers();
            List<long> logs = FileNames.LogsIn(names);
            List<long> checkpoints = FileNames.CheckpointsIn(names);
            if (!names.Contains(FileNames.Identity))
            {
                return logs.Count + checkpoints.Count == 0
                    ? Create()
                    : throw Failures.Corrupt(_store, $"its file '{FileNames.Identity}' is missing");
            }

            if (StoreIdentity.Read(_store, _files) is { } identity)
            {
                return Recover(identity, logs, checkpoints);
            }

            // Nobody has committed to a store that was never finished.
            logs.ForEach(first => _files.Delete(FileNames.Log(first)));
            return Create();
        }
        catch (Exception exception) when (Failures.IsOfFiles(exception))
        {
            throw Failures.Of(_store, "it cannot be opened", exception);
        }
    }

    // FASTER's pages and what a crash left half written.
    private List<string> RemoveLeftovers()
    {
        var kept = new List<string>();
        foreach (string name in _files.List())
        {
            if (name.StartsWith(SpillDevice.Prefix, StringComparison.Ordinal)
                || name.EndsWith(FileNames.Unfinished, StringComparison.Ordinal))
            {
                _files.Delete(name);
            }
            else
            {
                kept.Add(name);
            }
        }

        return kept;
    }

    private RecoveredStore Create()
    {
        FileHead identity = StoreIdentity.Begin(_files, _entropy);
        var values = new ValueStore(_files, _settings);
        try
        {
            var image = new StoreImage(_settings.TimeToLive);
            image.Replica = ReplicaId.Create(_entropy);
            image.Replicas = ReplicaTable.Empty.With(image.Replica, out _);
            CommitLog log = CommitLog.Continue(
                _store, _files, identity, CommitLog.MakeSegment(_files, identity, 1), 0, FileHead.SizeBytes);
            var frame = new ByteWriter();
            CommitLog.Begin(frame);
            var operations = new OperationWriter(frame);
            operations.Intern(image.Replica);
            operations.Head(image);
            image.Commit = log.Append(frame, isDurable: true);
            return new RecoveredStore(StoreIdentity.Finish(_files, identity), image, values, log, [], 0, NeedsCheckpoint: false);
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private RecoveredStore Recover(FileHead identity, List<long> logs, List<long> checkpoints)
    {
        long damaged = 0;
        for (int i = checkpoints.Count - 1; i >= -1; i--)
        {
            // From nothing, where no checkpoint is whole: the log may still begin with the first commit.
            long checkpoint = i < 0 ? 0 : checkpoints[i];
            if (TryLoad(identity, checkpoint) is { } loaded)
            {
                RecoveredStore store = Replay(identity, loaded.Image, loaded.Values, logs, checkpoint);
                foreach (long useless in checkpoints.Skip(i + 1))
                {
                    _files.Delete(FileNames.Checkpoint(useless));
                }

                List<long> kept = checkpoints[..(i + 1)];
                return store with { Checkpoints = kept, NeedsCheckpoint = damaged > 0 };
            }

            damaged++;
        }

        throw Failures.Corrupt(_store, _damage ?? "nothing of it can be read");
    }

    private (StoreImage Image, ValueStore Values)? TryLoad(FileHead identity, long checkpoint)
    {
        var image = new StoreImage(_settings.TimeToLive);
        var values = new ValueStore(_files, _settings);
        try
        {
            if (checkpoint != 0)
            {
                CheckpointReader.Read(_store, _files, identity, checkpoint, image, values);
            }

            return (image, values);
        }
        catch (Exception exception) when (exception is InvalidDataException or ArgumentException)
        {
            values.Dispose();
            _damage = exception.Message;
            StoreLog.DamagedCheckpoint(_logger, _store, checkpoint, exception.Message);
            return null;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private RecoveredStore Replay(
        FileHead identity, StoreImage image, ValueStore values, List<long> logs, long checkpoint)
    {
        IStoreFile? segment = null;
        try
        {
            List<long> firsts = [.. logs.Where(first => first > checkpoint)];
            if (firsts.Count == 0 || firsts[0] != checkpoint + 1)
            {
                throw Missing(checkpoint + 1, logs);
            }

            var replay = new OperationReplay(image, values);
            long tail = 0;
            for (int i = 0; i < firsts.Count; i++)
            {
                segment?.Dispose();
                segment = _files.Open(FileNames.Log(firsts[i]));
                long? next = i + 1 < firsts.Count ? firsts[i + 1] : null;
                tail = new SegmentReplay(_store, identity, image, replay, _logger).Run(segment, firsts[i], next);
            }

            StoreLog.Opened(_logger, _store, image.RecordCount, image.Commit, checkpoint, image.Commit - checkpoint);
            CommitLog log = CommitLog.Continue(_store, _files, identity, segment!, image.Commit, tail);
            return new RecoveredStore(identity, image, values, log, [], checkpoint, NeedsCheckpoint: false);
        }
        catch
        {
            segment?.Dispose();
            values.Dispose();
            throw;
        }
    }

    private SyncException Missing(long first, List<long> logs)
    {
        string there = logs.Count == 0 ? "none" : string.Join(", ", logs.Take(DisplayedSequencesMax));
        string because = _damage is null ? string.Empty : $"; and {_damage}";
        return Failures.Corrupt(_store, $"the log that begins with commit {first} is missing (there: {there}){because}");
    }
}
