namespace Ordo.Campus.Shared.Data;

/// <summary>An assessment of the data set.</summary>
/// <param name="Course">The presentation, as in "AAA-2013J".</param>
/// <param name="Id">Its number.</param>
/// <param name="Kind">As in "TMA", "CMA", "Exam".</param>
/// <param name="Date">The day of the presentation it is due; <see langword="null"/> where the data set does not say.</param>
/// <param name="Weight">Its part of the result in percent.</param>
public sealed record AssessmentRow(string Course, int Id, string Kind, int? Date, double Weight);
