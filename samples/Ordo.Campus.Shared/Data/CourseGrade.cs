namespace Ordo.Campus.Shared.Data;

/// <summary>A grade and the course presentation it belongs to, which is its scope.</summary>
public readonly record struct CourseGrade(string Scope, string Key, Grade Grade);
