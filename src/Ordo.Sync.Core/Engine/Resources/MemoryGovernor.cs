using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;
using Ordo.Sync.Engine.Configuration;
using Ordo.Sync.Transport;

namespace Ordo.Sync.Engine.Resources;

/// <summary>
/// Keeps a process below its memory limit as far as the engine can: measures at an interval and around sessions, sheds at the
/// levels of <see cref="MemoryLevel"/>, and recovers. Without a limit it only measures when asked. Thread-safe.
/// </summary>
/// <remarks>
/// What the limit is held against is the whole process, since that is what a device runs out of; what is shed is the engine's
/// alone. An app that takes more by itself is slowed down a little, not stopped: pages and queue have a floor, and a compaction
/// that freed little is not repeated before the level was left.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "StopAsync disposes the timer and waits for its callback.")]
internal sealed partial class MemoryGovernor
{
    /// <summary>How often it measures by itself.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly SyncOptions _options;
    private readonly IMemorySource _source;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly long? _limitBytes;
    private readonly Lock _lock = new();
    private readonly List<IMemoryConsumer> _consumers = [];
    private ITimer? _timer;
    private volatile MemoryLevel _level;
    private MemorySample _last;
    private DateTimeOffset _measuredAt;
    private long _peakBytes;
    private int _shedCount;
    private int _compactionCount;
    private bool _isCompactingUseless;

    public MemoryGovernor(SyncOptions options, IMemorySource source, TimeProvider time, ILogger<MemoryGovernor> logger)
    {
        _options = options;
        _source = source;
        _time = time;
        _logger = logger;
        _limitBytes = options.MemoryBytesMax;
    }

    /// <summary>The level of the last measurement.</summary>
    public MemoryLevel Level => _level;

    /// <summary>The bytes of the largest page a session should begin with now.</summary>
    public int PageBytesMax => (int)MemoryShare.Of(_options.PageBytesMax, _level, MemoryShare.PageBytesMin);

    /// <summary>Adds a part of the engine that can take less. Before it is started.</summary>
    public void Add(IMemoryConsumer consumer) => _consumers.Add(consumer);

    /// <summary>Begins to measure by itself, where there is a limit.</summary>
    public void Start()
    {
        if (_limitBytes is not null)
        {
            _timer ??= _time.CreateTimer(_ => Measure(), state: null, Interval, Interval);
        }
    }

    /// <summary>Measures where there is a limit to be kept; at the borders of sessions.</summary>
    public void MeasureIfLimited()
    {
        if (_limitBytes is not null)
        {
            Measure();
        }
    }

    /// <summary>Measures, and sheds or recovers where the level asks for it.</summary>
    public MemoryReport Measure()
    {
        lock (_lock)
        {
            MemorySample sample = Take();
            if (_limitBytes is { } limit)
            {
                Govern(new MemoryThresholds(limit), limit, sample);
            }

            return Report();
        }
    }

    /// <summary>Measures, and does nothing about it.</summary>
    public MemoryReport Read()
    {
        lock (_lock)
        {
            Take();
            return Report();
        }
    }

    /// <summary>Ends what it does by itself; returns when a look that is under way is over.</summary>
    public ValueTask StopAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private MemoryReport Report() => new(
        _options.Profile.Name,
        _level,
        _limitBytes,
        _last.WorkingSetBytes,
        _peakBytes,
        _last.ManagedBytes,
        _consumers.Sum(consumer => consumer.WaitingBytes),
        PageBytesMax,
        _shedCount,
        _compactionCount,
        _measuredAt);

    private MemorySample Take()
    {
        _last = _source.Measure();
        _measuredAt = _time.GetUtcNow();
        _peakBytes = Math.Max(_peakBytes, _last.WorkingSetBytes);
        return _last;
    }

    private void Govern(MemoryThresholds thresholds, long limit, MemorySample sample)
    {
        MemoryLevel level = thresholds.Next(_level, sample.WorkingSetBytes);
        Enter(level, sample, limit);
        if (level == MemoryLevel.Normal)
        {
            return;
        }

        // At every look while the level lasts: caches fill again between two of them.
        MessageBufferPool.Shared.Trim();
        foreach (IMemoryConsumer consumer in _consumers)
        {
            consumer.Trim();
        }

        if (level == MemoryLevel.Critical && !_isCompactingUseless)
        {
            Compact(sample, limit);
            Enter(thresholds.Next(level, _last.WorkingSetBytes), _last, limit);
        }
    }

    private void Enter(MemoryLevel level, MemorySample sample, long limit)
    {
        MemoryLevel before = _level;
        if (level == before)
        {
            return;
        }

        _level = level;
        if (level < MemoryLevel.Critical)
        {
            _isCompactingUseless = false;
        }

        foreach (IMemoryConsumer consumer in _consumers)
        {
            consumer.Adapt(level);
        }

        if (level > before)
        {
            _shedCount++;
            LogShedding(_logger, level, sample.WorkingSetBytes, limit, sample.ManagedBytes, PageBytesMax);
        }
        else
        {
            LogRecovered(_logger, level, sample.WorkingSetBytes, limit);
        }
    }

    private void Compact(MemorySample before, long limit)
    {
        _source.Compact();
        _compactionCount++;
        MemorySample after = Take();
        long freed = before.WorkingSetBytes - after.WorkingSetBytes;
        _isCompactingUseless = freed < limit / 20;
        if (_isCompactingUseless)
        {
            LogUseless(_logger, freed, after.WorkingSetBytes, limit, after.ManagedBytes);
        }
    }

    [LoggerMessage(1201, LogLevel.Warning,
        "Memory is {Level}: the process takes {WorkingSetBytes} of {LimitBytes} bytes, {ManagedBytes} of them managed. "
        + "The engine sheds: pages of {PageBytesMax} bytes, less queue, caches given back.")]
    private static partial void LogShedding(
        ILogger logger, MemoryLevel level, long workingSetBytes, long limitBytes, long managedBytes, int pageBytesMax);

    [LoggerMessage(1202, LogLevel.Information,
        "Memory is {Level} again: the process takes {WorkingSetBytes} of {LimitBytes} bytes.")]
    private static partial void LogRecovered(ILogger logger, MemoryLevel level, long workingSetBytes, long limitBytes);

    [LoggerMessage(1203, LogLevel.Warning,
        "Compacting the heap freed {FreedBytes} bytes only; the process takes {WorkingSetBytes} of {LimitBytes} bytes, "
        + "{ManagedBytes} of them managed. The app itself needs more than the limit: raise SyncOptions.MemoryBytesMax.")]
    private static partial void LogUseless(
        ILogger logger, long freedBytes, long workingSetBytes, long limitBytes, long managedBytes);
}
